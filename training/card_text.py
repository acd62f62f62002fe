"""A card's text with the recipe's numbers written anew, and every other byte of it as people wrote it."""

import io
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

_WORTH = re.compile(r"(?<=worth:)\s*[^\s#]+")


def with_values(text: str, values: Mapping[str, Any]) -> str:
    """Return the card's text with these values of its top-level keys; those it lacks come last.

    Inside of a value, too, comments, order and quotes stay, and what is as it was. Only a card that is laid out in an
    unusual way, in braces on one line, keeps no line breaks.
    """
    card = _round_trip().load(text)
    for key, value in values.items():
        if key in card and card[key] == value:
            continue
        card[key] = _merged(
            card.get(key), _round_trip().load(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
        )
        text = _with_block(text, key, _dumped({key: card[key]}))
    return _checked(text, card)


def with_worth(text: str, worth: Mapping[str, float]) -> str:
    """Return the text of a form's card with what each question is worth, by its id; the others have no worth."""
    card, lines = _round_trip().load(text), text.splitlines(keepends=True)
    questions = card["questions"]
    ends = [*(question.lc.line for question in questions[1:]), _lines_of("questions", card, lines).stop]
    for question, end in reversed(list(zip(questions, ends, strict=True))):  # from below: lines above keep their number
        found = worth.get(question["id"])
        lines[question.lc.line : end] = _question(question, lines[question.lc.line : end], found)
        if found is None:
            question.pop("worth", None)
        else:
            question["worth"] = found
    return _checked("".join(lines), card)


def _question(question: CommentedMap, lines: list[str], worth: float | None) -> list[str]:
    """Return a question's lines with this worth, in the place of its last one or behind all other keys."""
    if "worth" in question:
        at = question.lc.key("worth")[0] - question.lc.line
        changed = [] if worth is None else [_WORTH.sub(f" {worth}", lines[at], count=1)]
        return [*lines[:at], *changed, *lines[at + 1 :]]
    if worth is None:
        return lines
    behind = len(lines) - _unused(line.lstrip() for line in reversed(lines))
    return [*lines[:behind], f"{' ' * question.lc.col}worth: {worth}\n", *lines[behind:]]


def _with_block(text: str, key: str, block: str) -> str:
    """Return the text with another block of a top-level key; comments and empty lines between two keys stay."""
    lines, new = text.splitlines(keepends=True), block.splitlines(keepends=True)
    place = _lines_of(key, _round_trip().load(text), lines)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    lines[place] = new[: len(new) - _unused(reversed(new))]
    return "".join(lines)


def _lines_of(key: str, card: CommentedMap, lines: list[str]) -> slice:
    """Return where a top-level key and its value stand, without comments and empty lines behind; the end for a new one."""
    starts = sorted(card.lc.key(one)[0] for one in card)
    if key not in card:
        return slice(len(lines), len(lines))
    start = card.lc.key(key)[0]
    end = next((one for one in starts if one > start), len(lines))
    return slice(start, end - _unused(reversed(lines[start:end])))


def _unused(lines: Iterable[str]) -> int:
    """Return how many of the first lines are empty or nothing but a comment that is not indented."""
    return sum(1 for _ in itertools.takewhile(lambda line: not line.strip() or line.startswith("#"), lines))


def _merged(old: Any, new: Any) -> Any:
    """Return the new value as a change of the old one, so that comments and quotes of what stays are kept."""
    if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
        for key in [key for key in old if key not in new]:
            del old[key]
        old.update({key: _merged(old.get(key), value) for key, value in new.items()})
        return old
    if isinstance(old, CommentedSeq) and isinstance(new, CommentedSeq) and len(old) == len(new):
        for at, value in enumerate(new):
            old[at] = _merged(old[at], value)
        return old
    return old if old == new else new


def _checked(written: str, card: CommentedMap) -> str:
    """Return what was written if it reads as the card it is to be, else the card as a whole."""
    whole = _dumped(card)
    try:
        same = yaml.safe_load(written) == yaml.safe_load(whole)
    except yaml.YAMLError:
        same = False
    return written if same else whole


def _dumped(content: Mapping[str, Any]) -> str:
    out = io.StringIO()
    _round_trip().dump(content, out)
    return out.getvalue()


def _round_trip() -> YAML:
    reader = YAML(typ="rt")
    reader.preserve_quotes = True
    reader.width = 120
    return reader
