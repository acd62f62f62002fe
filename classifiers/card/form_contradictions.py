"""Where a form's card contradicts itself: questions that do not fit each other, a photo's keys in a form and the reverse."""

import math
from collections.abc import Iterator
from typing import Any

from classifiers.card.questions import cleaned, unit_key

_PHOTOS_ONLY = (
    (("model", "input"), "a form's model takes the answers to its questions, not pixels"),
    (("model", "outputs", "attention"), "a form has nothing to look at"),
    (("model", "outputs", "not_this"), "a form is always about its disease"),
    (("model", "outputs", "retake"), "only photos are taken again"),
    (("decision", "retake_above"), "only photos are taken again"),
    (("decision", "screen"), "only photos are screened"),
    (("decision", "not_this_above"), "a form is always about its disease"),
)
_FORMS_ONLY = ("questions", "red_flags")


def form_contradictions(card: Any) -> list[str]:
    """Return `place: what is wrong` for what only forms or only photos may say. Any content may be given."""
    kind = _at(card, "input")
    if kind == "photo":
        return list(_photo(card))
    return [*_form(card), *_questions(card), *_red_flags(card)] if kind == "form" else []


def _photo(card: Any) -> Iterator[str]:
    if isinstance(_at(card, "model"), dict) and _at(card, "model", "input") is None:
        yield "model.input: is missing"
    for key in _FORMS_ONLY:
        if _at(card, key):
            yield f"{key}: only a form (input: form) asks questions"


def _form(card: Any) -> Iterator[str]:
    for path, why in _PHOTOS_ONLY:
        if _at(card, *path) is not None:
            yield f"{'.'.join(path)}: {why}"
    if not _at(card, "questions"):
        yield "questions: is missing"
    elif not any(_at(question, "asked") is not False for question in _list(card, "questions")):
        yield "questions: none of them is asked"
    if _at(card, "model", "engine") not in {None, "litert"}:
        yield "model.engine: forms run on litert"


def _questions(card: Any) -> Iterator[str]:
    earlier: dict[Any, Any] = {}
    for at, question in enumerate(_list(card, "questions")):
        place, its_id = f"questions[{at}]", _at(question, "id")
        if isinstance(its_id, str) and its_id in earlier:
            yield f"{place}.id: {its_id} stands twice"
        yield from (f"{place}.{fault}" for fault in (*_number(question), *_options(question)))
        yield from (f"{place}.{fault}" for fault in _condition(question, earlier))
        if isinstance(its_id, str):
            earlier[its_id] = question


def _number(question: Any) -> Iterator[str]:
    low, high = _range(question)
    if low >= high:
        yield "range: the first must be less than the second"
    example = _at(question, "example")
    if isinstance(example, int | float) and low < high and not low <= example <= high:
        yield f"example: {example} is not in the range"
    names = [_at(question, "unit"), *(_at(unit, "name") for unit in _list(question, "units"))]
    for at, name in enumerate(names[1:]):
        if names[0] is None:
            yield f"units[{at}].name: there is no unit that it could be turned into"
        elif isinstance(name, str) and unit_key(name) in [unit_key(str(other)) for other in names[: at + 1]]:
            yield f"units[{at}].name: {name} stands twice"


def _options(question: Any) -> Iterator[str]:
    """Options that cannot be told apart in the name of the model's input."""
    taken: dict[str, str] = {}
    for at, option in enumerate(_list(question, "options")):
        value = _at(option, "value")
        if isinstance(value, str) and cleaned(value) in taken:
            yield f"options[{at}].value: {value} is the same as {taken[cleaned(value)]} in its letters and digits"
        elif isinstance(value, str):
            taken[cleaned(value)] = value


def _condition(question: Any, earlier: dict[Any, Any]) -> Iterator[str]:
    condition = _at(question, "only_if")
    for other, wanted in condition.items() if isinstance(condition, dict) else ():
        if other not in earlier:
            yield f"only_if.{other}: no earlier question has this id"
            continue
        if _at(earlier[other], "kind") == "number":
            yield f"only_if.{other}: a number has no options"
        options = [_at(option, "value") for option in _list(earlier[other], "options")]
        if _at(earlier[other], "kind") == "choice" and wanted not in options:
            yield f"only_if.{other}: {wanted} is none of its options"
        if _at(earlier[other], "kind") == "yes_no" and wanted not in {"yes", "no"}:
            yield f'only_if.{other}: must be "yes" or "no", in quotes'


def _red_flags(card: Any) -> Iterator[str]:
    ids = [_at(flag, "id") for flag in _list(card, "red_flags")]
    for at, its_id in enumerate(ids):
        if isinstance(its_id, str) and its_id in ids[:at]:
            yield f"red_flags[{at}].id: {its_id} stands twice"


def _range(question: Any) -> tuple[float, float]:
    found = _at(question, "range")
    if isinstance(found, list) and len(found) == 2 and all(isinstance(end, int | float) for end in found):
        return float(found[0]), float(found[1])
    return -math.inf, math.inf


def _list(content: Any, key: str) -> list[Any]:
    found = _at(content, key)
    return found if isinstance(found, list) else []


def _at(content: Any, *path: str) -> Any:
    """Return what stands at a path of keys, None where the path breaks off."""
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content
