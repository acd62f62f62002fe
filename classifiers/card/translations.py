"""A card's words in other languages: `words/<language>.yaml` beside the card, put into it where it is read.

A file has the card's keys and, for each English text, the text in its language. Of what is a list in the card a label is
named by its code, an option by its value, a question and a red flag by its id; tips stand in the card's order:

    reviewed: no                      # until a person who speaks the language has read it all
    title: Mancha en la piel
    words:
      tips: ["Luz: …", "Distancia: …"]
    labels:
      mel: {title: Melanoma, about: "Un cáncer …", link: https://example.org/es}
    questions:
      sex: {text: "¿Cuál es su sexo?", options: {M: {title: Hombre}}}
    units: {years: años}              # in every question
    evidence:                         # which `training` writes anew: by its English
      "photos of everyday things": "fotos de cosas cotidianas"

What a file leaves out is said in English, and counted by `checkup check`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from classifiers.card.yaml_file import read_yaml

WORDS = "words"
_NAMES = ("code", "id", "value")  # by which a part of a list is known


def add_words(content: Any, folder: Path) -> list[str]:
    """Put the words of every language in `folder` into a card's content, and return what is wrong with the files."""
    faults: list[str] = []
    for file in sorted(folder.glob("*.yaml")) if isinstance(content, dict) else ():
        words, found = read_yaml(file)
        faults += found
        if isinstance(words, dict):
            reviewed = words.pop("reviewed", False)
            content.setdefault("reviewed", {})[file.stem] = reviewed
            faults += [f"{file}: {place}: {fault}" for place, fault in _add_all(content, words, file.stem)]
        elif not found:
            faults.append(f"{file}: must be lines of key: value")
    return faults


def untranslated(card: BaseModel, lang: str) -> list[str]:
    """Return the places of the texts that a card does not have in this language."""
    return [place for place, text in _texts(card, "") if lang not in text]


def _add_all(content: dict[str, Any], words: dict[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    evidence, units = words.pop("evidence", {}), words.pop("units", {})
    for place, given in (("evidence", evidence), ("units", units)):
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            yield place, "must be lines of what it is in English: what it is in this language"
            return
    _add_by_english(content.get("evidence"), evidence, lang)
    for question in content.get("questions") or ():
        if isinstance(question, dict) and question.get("kind") == "number":
            _add_units(question, units, lang)
    yield from _add(content, words, lang, "")


def _add(content: Any, words: Any, lang: str, place: str) -> Iterator[tuple[str, str]]:
    """Put words where their English stands, and yield those that have no place."""
    if _is_text(content):
        if isinstance(words, str) and words.strip():
            content[lang] = words
        else:
            yield place, "must be a text, in quotes where it is a number or yes or no"
    elif isinstance(content, list) and isinstance(words, list):
        if len(words) != len(content):
            yield place, f"has {len(words)} texts, the card {len(content)}"
        for at, (part, its_words) in enumerate(zip(content, words, strict=False)):
            yield from _add(part, its_words, lang, f"{place}[{at}]")
    elif isinstance(content, dict | list) and isinstance(words, dict):
        parts = content if isinstance(content, dict) else _by_name(content)
        for key, its_words in words.items():
            yield from _add_part(parts, str(key), its_words, lang, f"{place}.{key}".lstrip("."))
    else:
        yield place, "the card has no such text"


def _add_part(parts: dict[str, Any], key: str, words: Any, lang: str, place: str) -> Iterator[tuple[str, str]]:
    if key == "link" and isinstance(parts.get(key), str) and isinstance(words, str):
        parts[key] = {"en": parts[key]}
    if key in parts:
        yield from _add(parts[key], words, lang, place)
    else:
        yield place, "the card has nothing of this name"


def _add_by_english(content: Any, words: dict[str, str], lang: str) -> None:
    if _is_text(content):
        if isinstance(content["en"], str) and content["en"] in words:
            content[lang] = words[content["en"]]
        return
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        _add_by_english(part, words, lang)


def _add_units(question: dict[str, Any], words: dict[str, str], lang: str) -> None:
    units = question.get("units")
    others = [unit.get("name") for unit in units if isinstance(unit, dict)] if isinstance(units, list) else ()
    for unit in (question.get("unit"), *others):
        if isinstance(unit, str) and unit in words:
            names = question.setdefault("unit_names", {}).setdefault(unit, {"en": unit})
            names[lang] = words[unit]


def _by_name(parts: list[Any]) -> dict[str, Any]:
    return {str(part[name]): part for part in parts if isinstance(part, dict) for name in _NAMES if name in part}


def _is_text(content: Any) -> bool:
    return isinstance(content, dict) and "en" in content


def _texts(part: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if _is_text(part):
        yield place, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in {"link", "unit_names"}:  # of these, English may be right in another language
                yield from _texts(getattr(part, name), f"{place}.{name}".lstrip("."))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(value, f"{place}.{key}")
    elif isinstance(part, list | tuple):
        for at, value in enumerate(part):
            yield from _texts(value, f"{place}[{at}]")
