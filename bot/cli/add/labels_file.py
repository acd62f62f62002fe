"""The labels of a model as exporters write them: a text file with one on each line, or JSON."""

import ast
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli.add.cannot_add import CannotAdd
from classifiers.card.model_file import disguise
from classifiers.card.yaml_file import read_small, read_yaml

_NUMBERED = re.compile(r"(\d+)\s*[\s:,;=.)-]\s*(\S.*)")
_NUMBER_BEHIND = re.compile(r"(\S.*?)\s*[\s:,;=]\s*(\d+)")
_AROUND = " \t\r\"',\ufeff"  # what stands around a label where a list was copied from code
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # what begins a text that is not in UTF-8
_KEYS = (
    "id2label",
    "label2id",
    "label_names",
    "labels",
    "class_names",
    "classes",
    "class_indices",
    "names",
)  # of an object


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsFile:
    """Labels in the order of the model's scores: their titles by code. `numbered`: on lines as Teachable Machine's."""

    titles: dict[str, str]
    numbered: bool


def read_labels(file: Path) -> LabelsFile:
    """Return the labels in a file, sorted by their numbers where they have some. Raises CannotAdd."""
    text = _text(file)
    if file.suffix.lower() in {".csv", ".tsv", ".xlsx"}:
        raise CannotAdd(f"{file}: is a table: save its column of labels as a text file, a label on each line")
    if file.suffix.lower() in {".yaml", ".yml"}:
        titles, numbered = _from_yaml(file), False
    elif text.lstrip().startswith(("{", "[")):
        titles, numbered = _from_json(file, text), False
    else:
        titles, numbered = _from_lines(file, [title for line in text.splitlines() if (title := line.strip(_AROUND))])
    codes = codes_of(titles)
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise CannotAdd(f"{file}: {', '.join(twice)}: every line must be a label of its own")
    if len(codes) < 2:
        raise CannotAdd(f"{file}: has {len(codes)} labels, at least two are needed: one on each line")
    return LabelsFile(titles=dict(zip(codes, titles, strict=True)), numbered=numbered)


def codes_of(titles: Sequence[str]) -> list[str]:
    """Return a code for each label's title: lower-case letters, digits and underscores, a letter first."""
    plain = [re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") for title in titles]
    return [code if code[:1].isalpha() else f"label_{code or at}" for at, code in enumerate(plain)]


def _text(file: Path) -> str:
    try:
        data = read_small(file)
        if data.strip() and (told := disguise(file)):
            raise CannotAdd(f"{file} {told}")
        text = data.decode(_MARKS.get(data[:2], "utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CannotAdd(f"{file}: cannot be read: {getattr(error, 'strerror', 'is not UTF-8 text')}") from error
    if "\0" in text:
        raise CannotAdd(f"{file}: cannot be read: is not UTF-8 text")
    return text


def _from_lines(file: Path, lines: list[str]) -> tuple[list[str], bool]:
    """Return the titles, and whether every line begins with a number."""
    found = [_NUMBERED.fullmatch(line) for line in lines]
    numbered = {int(one[1]): one[2] for one in found if one}
    if not lines or not all(found):
        return _by_numbers_behind(lines) or lines, False
    spaced = all(line.split()[0].isdecimal() for line in lines)
    return _in_order(file, numbered, lines=len(lines)), spaced and 0 in numbered


def _by_numbers_behind(lines: list[str]) -> list[str] | None:
    """Return titles by the numbers behind them, "Mole 1"; None where the numbers are a part of them: "Grade 1", "Grade 2"."""
    found = [one for line in lines if (one := _NUMBER_BEHIND.fullmatch(line))]
    titles = {int(one[2]): one[1] for one in found}
    first = min(titles, default=0)
    counted = len(found) == len(lines) and first <= 1 and sorted(titles) == list(range(first, first + len(lines)))
    return (
        [titles[number] for number in sorted(titles)]
        if counted and _each_once(codes_of(list(titles.values())))
        else None
    )


def _each_once(codes: Sequence[str]) -> bool:
    return len(set(codes)) == len(codes)


def _in_order(file: Path, titles: Mapping[int, str], *, lines: int) -> list[str]:
    """Return titles by their numbers, which begin with 0 or 1. Raises CannotAdd where one is missing or stands twice."""
    first = min(titles, default=0)
    if first > 1 or sorted(titles) != list(range(first, first + lines)):
        numbers = ", ".join(map(str, sorted(titles)))
        raise CannotAdd(f"{file}: the labels' numbers must be 0, 1, 2 and so on, each once; here they are {numbers}")
    return [titles[number] for number in sorted(titles)]


def _from_json(file: Path, text: str) -> list[str]:
    try:
        content = json.loads(text, object_pairs_hook=partial(_each_key_once, file))
    except (ValueError, RecursionError) as error:
        content = _of_python(text)
        if content is None:
            raise CannotAdd(f"{file}: is no JSON: {error}") from error
    titles = _titles(file, content)
    if titles is None:
        raise CannotAdd(f"{file}: has no labels that I know: a list of them, or id2label, label2id or labels")
    return titles


def _each_key_once(file: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises CannotAdd where it gives a key twice, of which JSON itself would take the last."""
    if not _each_once([key for key, _ in pairs]):
        raise CannotAdd(f"{file}: has a key twice: every label must have a number of its own")
    return dict(pairs)


def _of_python(text: str) -> Any:
    """Return what Python has printed: ['Mole', 'Melanoma'], {0: 'Mole', 1: 'Melanoma'}; None for anything else."""
    try:
        return _with_text_keys(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _from_yaml(file: Path) -> list[str]:
    content, faults = read_yaml(file)
    if faults or (titles := _titles(file, _with_text_keys(content))) is None:
        raise CannotAdd(
            faults[0] if faults else f"{file}: has no labels that I know: a list of them under names or labels"
        )
    return titles


def _with_text_keys(content: Any) -> Any:
    """Return an object from YAML as JSON would have it: its keys are texts."""
    return {str(key): _with_text_keys(of) for key, of in content.items()} if isinstance(content, dict) else content


def _titles(file: Path, content: Any) -> list[str] | None:
    """Return the labels in what a JSON file holds: a list, a label by each number, a number by each label, or any within."""
    if isinstance(content, list):
        return content if all(isinstance(one, str) for one in content) else None
    if not isinstance(content, dict):
        return None
    if content and all(isinstance(one, str) and key.isdecimal() for key, one in content.items()):
        return _in_order(file, {int(key): one for key, one in content.items()}, lines=len(content))
    if content and all(isinstance(one, int) or (isinstance(one, str) and one.isdecimal()) for one in content.values()):
        return _in_order(file, {int(number): key for key, number in content.items()}, lines=len(content))
    inside = (_titles(file, content[key]) for key in _KEYS if key in content)
    return next((titles for titles in inside if titles is not None), None)
