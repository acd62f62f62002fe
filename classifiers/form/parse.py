"""Parsing of typed text and JSON values into answers. What is ambiguous is refused, never guessed."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from classifiers.card import FormCard
from classifiers.card.questions import Answer, Choice, Number, Question, Unit, YesNo, unit_key
from classifiers.errors import (
    NotAnAnswer,
    NotANumber,
    NumberUnclear,
    OutOfRange,
    Refusal,
    UnitUnclear,
    UnknownQuestion,
    UnknownUnit,
    WrongType,
)

_TYPED = re.compile(r"(?P<number>[-+]?[\d.,' ]*\d[.,]?)\s*(?P<unit>(?!\d)[^\d\s.,].*)?", re.DOTALL)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<gap>[.,' ])\d{3}((?P=gap)\d{3})*(?P<rest>[.,]\d+)?")
_DECIMAL = re.compile(r"(\d+([.,]\d*)?|[.,]\d+)")
_SAME = {"\u2212": "-", "\u2019": "'", "\u066b": ".", "\u066c": ","}  # minus, apostrophe, Arabic separators
_YES_NO = {"Y": True, "N": False}


def typed_number(question: Number, text: str) -> float:
    """Return the number that was typed, in the question's unit.

    Takes a decimal point or comma, groups of thousands and a unit behind the number. Raises NotANumber, NumberUnclear,
    UnknownUnit, OutOfRange, and UnitUnclear for a bare number that is likely in more units than one, or only in another.
    """
    found = _TYPED.fullmatch("".join(_plain(character) for character in text).strip())
    values = list(dict.fromkeys(_values(found["number"].strip()))) if found else []
    if found is None or not values:
        raise NotANumber(**_facts(question))
    if found["unit"]:
        unit = _unit(question, found["unit"])
        return _one(question, [value * unit.factor + unit.offset for value in values], unit)
    return _bare(question, values)


def _plain(character: str) -> str:
    """Return a character in its plain form: any script's digits, spaces, minus and separators; format characters are dropped."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else _SAME.get(character, character)


def _values(number: str) -> Iterator[float]:
    """Yield what a number may mean: 1,234 is 1234 or 1.234."""
    sign, digits = (-1.0, number[1:]) if number.startswith("-") else (1.0, number.removeprefix("+"))
    if _DECIMAL.fullmatch(digits):
        yield sign * float(digits.replace(",", "."))
    grouped = _GROUPED.fullmatch(digits)
    if grouped and (grouped["rest"] or "")[:1] != grouped["gap"]:
        whole = digits.removesuffix(grouped["rest"] or "").replace(grouped["gap"], "")
        yield sign * float(whole + (grouped["rest"] or "").replace(",", "."))


def _bare(question: Number, values: list[float]) -> float:
    """Return the number if its only plausible unit is the question's own."""
    own = _own(question)
    readings: dict[float, tuple[float, Unit]] = {}  # by their meaning: 2 mU/L is 2 µIU/mL
    for unit in (own, *question.units):
        for value in values:
            meant = value * unit.factor + unit.offset
            if _is_in(question, meant) and not any(abs(meant - other) <= 1e-9 * abs(meant) for other in readings):
                readings[meant] = (value, unit)
    if len(readings) == 1 and next(iter(readings.values()))[1] is own:
        return next(iter(readings))
    if not readings:
        raise OutOfRange(**_facts(question))
    units = list(dict.fromkeys(unit.name for _, unit in readings.values()))
    if units == [own.name]:
        raise NumberUnclear(readings=sorted(readings), **_facts(question))
    raise UnitUnclear(units=units, **_facts(question))


def _one(question: Number, meant: list[float], unit: Unit) -> float:
    likely = [value for value in meant if _is_in(question, value)]
    if not likely:
        raise OutOfRange(**_facts(question, unit))
    if len(likely) > 1:
        raise NumberUnclear(
            readings=sorted((value - unit.offset) / unit.factor for value in likely), **_facts(question, unit)
        )
    return likely[0]


def _unit(question: Number, typed: str) -> Unit:
    units = [unit for unit in (_own(question), *question.units) if unit.name]
    for unit in units:
        if unit_key(unit.name) == unit_key(typed):
            return unit
    if units and any(letter.isalpha() or letter in "%°" for letter in typed):
        raise UnknownUnit(typed=typed[:20], units=[unit.name for unit in units], **_facts(question))
    raise NotANumber(**_facts(question))


def _own(question: Number) -> Unit:
    """Return the question's own unit, which may have no name."""
    return Unit.model_construct(name=question.unit or "", factor=1.0, offset=0.0)


def _is_in(question: Number, value: float) -> bool:
    low, high = question.range
    slack = 1e-9 * (high - low)  # for rounding when units are converted
    return low - slack <= value <= high + slack


def _facts(question: Number, unit: Unit | None = None) -> dict[str, object]:
    """Return the range and an example in a unit, by default the question's own."""
    unit = unit or _own(question)
    low, high, example = (
        float(f"{(value - unit.offset) / unit.factor:.3g}") for value in (*question.range, question.example)
    )
    return {"low": low, "high": high, "unit": unit.name, "example": example}


def answer_of(question: Question, value: Any) -> Answer:
    """Return the answer that a value from JSON is. Raises WrongType, OutOfRange, NotAnAnswer."""
    match question:
        case Number():
            return _number(question, value)
        case Choice():
            return _option(question, value)
        case YesNo():
            return _yes_no(value)


def _number(question: Number, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongType(expected="a number", found=_shown(value))
    if not _is_in(question, value):  # NaN is in no range
        raise OutOfRange(found=value, **_facts(question))
    return float(value)


def _option(question: Choice, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType(expected="a text", found=_shown(value))
    options = [option.value for option in question.options]
    if value not in options:
        raise NotAnAnswer(expected=options, found=_shown(value))
    return value


def _yes_no(value: Any) -> bool:
    if isinstance(value, str) and value in _YES_NO:
        return _YES_NO[value]
    if isinstance(value, bool | int | float) and value in {0, 1}:
        return bool(value)
    raise WrongType(expected="true or false, 1 or 0, Y or N", found=_shown(value))


def answers_of(card: FormCard, values: dict[str, Any]) -> tuple[dict[str, Answer], list[tuple[str, Refusal]]]:
    """Return the answers in an object from JSON, null being unknown, and every fault with the id it stands under."""
    questions = {question.id: question for question in card.questions}
    answers: dict[str, Answer] = {}
    faults: list[tuple[str, Refusal]] = []
    for its_id, value in values.items():
        try:
            if its_id not in questions:
                raise UnknownQuestion
            if value is not None:
                answers[its_id] = answer_of(questions[its_id], value)
        except Refusal as fault:
            faults.append((its_id, fault))
    return answers, faults


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
