"""A typed number becomes one in the question's unit. What is ambiguous is refused, never guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.card.questions import Number, Unit
from classifiers.card.units import same_unit, unit_key
from classifiers.errors import NotANumber, NumberUnclear, OutOfRange, UnitUnclear, UnknownUnit
from classifiers.form.notation import Bound, Written, has_arrow, read_notation, without_flags

_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<gap>[.,' ])\d{3}((?P=gap)\d{3})*(?P<rest>[.,]\d+)?")
_TWO_DECIMALS = re.compile(r"[.,]\d\d")
_DECIMAL = re.compile(r"(\d+([.,]\d*)?|[.,]\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNumber:
    """A number that was typed, in the question's unit, and how far it is not literally what was typed."""

    value: float
    bound: Bound | None = None  # "<0.01": the value is the bound itself
    of_pair: bool = False  # "120/80": the value is the first
    about: bool = False  # "~140"


def typed_number(question: Number, text: str) -> TypedNumber:
    """Return the number that was typed, in the question's unit.

    Takes a decimal point or comma, groups of thousands, what is asked before the number ("TSH: 4.2") and its unit behind, a
    bound, a laboratory's flags and range, and of a pair the first where the question's card says so. Raises NotANumber,
    NumberUnclear, UnknownUnit, OutOfRange, and UnitUnclear for a bare number that is likely in more units than one, or only in
    another.
    """
    written = None if question.range[0] < 0 and has_arrow(text) else read_notation(_without_name(question, text))
    values = list(dict.fromkeys(_values(written.number))) if written else []
    if written is None or not values or not _is_pair_or_one(question, values, written):
        raise NotANumber(**facts_of(question))
    unit = _unit(question, written.unit)
    value = (
        _one(question, [value * unit.factor + unit.offset for value in values], unit)
        if unit
        else _bare(question, values)
    )
    return TypedNumber(value=value, bound=written.bound, of_pair=written.second is not None, about=written.about)


def _without_name(question: Number, text: str) -> str:
    """Return a text without what is asked before its number; a dash behind that may be a minus or not, so it stays."""
    names = {*question.called, *(question.title or question.text).values()}
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)).replace("'", "['’ʼ`]")
    return re.sub(rf"^\s*(?:{either})(?![^\W\d_])\s*[:=]?\s*(?![-–—−:=\s])", "", text, flags=re.IGNORECASE)


def _is_pair_or_one(question: Number, values: list[float], written: Written) -> bool:
    """Return whether this is one number, or a pair of which the question wants the first, the larger one.

    128.79 may be both: of a pair, 79 is the second.
    """
    second = written.second
    if second is None:
        return not (question.first_of and _TWO_DECIMALS.search(written.number) and not written.unit)
    return question.first_of is not None and 0 < float(second.replace(",", ".")) < min(values)


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
    for unit in (own, *(unit for unit in question.units if unit.bare)):
        for value in values:
            meant = value * unit.factor + unit.offset
            if is_in(question, meant) and not any(abs(meant - other) <= 1e-9 * abs(meant) for other in readings):
                readings[meant] = (value, unit)
    if len(readings) == 1 and next(iter(readings.values()))[1] is own:
        return next(iter(readings))
    if not readings:
        raise OutOfRange(**facts_of(question))
    units = list(dict.fromkeys(unit.name for _, unit in readings.values()))
    if units == [own.name]:
        raise NumberUnclear(readings=sorted(readings), **facts_of(question))
    raise UnitUnclear(units=units, **facts_of(question))


def _one(question: Number, meant: list[float], unit: Unit) -> float:
    likely = [value for value in meant if is_in(question, value)]
    if not likely:
        raise OutOfRange(**facts_of(question, unit))
    if len(likely) > 1:
        raise NumberUnclear(
            readings=sorted((value - unit.offset) / unit.factor for value in likely), **facts_of(question, unit)
        )
    return likely[0]


def _unit(question: Number, typed: str) -> Unit | None:
    """Return the unit that was typed, None where there was none. Raises UnknownUnit, NotANumber."""
    units = [unit for unit in (_own(question), *question.units) if unit.name]
    for name in (typed, without_flags(typed)):
        if not name:
            return None
        found = [unit for unit in units if unit_key(unit.name) == unit_key(name)]
        if found := found or [unit for unit in units if same_unit(unit.name, name)]:
            return found[0]
    has_name = any(letter.isalpha() or letter in "%°" for letter in typed)
    if units and has_name and not any(letter.isdigit() for letter in typed):  # "45 or 46" names no unit
        raise UnknownUnit(typed=typed[:20], units=[unit.name for unit in units], **facts_of(question))
    raise NotANumber(**facts_of(question))


def _own(question: Number) -> Unit:
    """Return the question's own unit, which may have no name."""
    return Unit.model_construct(name=question.unit or "", factor=1.0, offset=0.0)


def is_in(question: Number, value: float) -> bool:
    """Return whether a value, in the question's unit, is in its range."""
    low, high = question.range
    slack = 1e-9 * (high - low)  # for rounding when units are converted
    return low - slack <= value <= high + slack


def facts_of(question: Number, unit: Unit | None = None) -> dict[str, object]:
    """Return the range and an example in a unit, by default the question's own."""
    unit = unit or _own(question)
    low, high, example = (
        float(f"{(value - unit.offset) / unit.factor:.3g}") for value in (*question.range, question.example)
    )
    return {"low": low, "high": high, "unit": unit.name, "example": example}
