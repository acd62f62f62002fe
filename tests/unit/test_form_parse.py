"""What people type becomes a number in the question's unit, or is asked again: nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest
import tiny_form
from pydantic import TypeAdapter

from classifiers.card import FormCard
from classifiers.card.questions import Number, OneQuestion
from classifiers.errors import (
    NotANumber,
    NumberUnclear,
    OutOfRange,
    Refusal,
    UnitUnclear,
    UnknownUnit,
)
from classifiers.form.parse import answers_of
from classifiers.form.typed import typed_number


def number(**facts: Any) -> Number:
    content = {"id": "x", "kind": "number", "text": {"en": "x"}, "range": [50, 700], "example": 190, "unit": "mg/dL"}
    units = [{"name": "mmol/L", "factor": 38.67}]
    question = TypeAdapter(OneQuestion).validate_python(content | {"units": units} | facts)
    assert isinstance(question, Number)
    return question


CHOLESTEROL = number()
AGE = number(unit="years", range=[18, 110], example=54, units=[])
OLDPEAK = number(unit="mm", range=[-5, 10], example=1.5, units=[])
TSH = number(
    unit="mU/L",
    range=[0.005, 600],
    example=2.1,
    units=[{"name": "µIU/mL", "factor": 1}, {"name": "mIU/L", "factor": 1}],
)
T4 = number(unit="nmol/L", range=[2, 600], example=100, units=[{"name": "µg/dL", "factor": 12.87}])
FEVER = number(unit="°C", range=[30, 45], example=37, units=[{"name": "°F", "factor": 5 / 9, "offset": -160 / 9}])
CELLS = number(unit=None, range=[1, 100_000], example=7000, units=[])


@pytest.mark.parametrize(
    ("question", "typed", "means"),
    [
        (CHOLESTEROL, "190", 190),
        (CHOLESTEROL, " 190 mg/dL ", 190),
        (CHOLESTEROL, "190mg/dl", 190),
        (CHOLESTEROL, "190,5 MG / DL.", 190.5),
        (CHOLESTEROL, "4.9 mmol/l", 4.9 * 38.67),
        (CHOLESTEROL, "4,9mmol/L", 4.9 * 38.67),
        (CHOLESTEROL, "+190.", 190),
        (CHOLESTEROL, "١٩٠", 190),
        (CHOLESTEROL, "\u200e190\u00a0mg/dL", 190),
        (AGE, "60 years", 60),
        (AGE, "~60", 60),
        (OLDPEAK, "-2.6", -2.6),
        (OLDPEAK, "−2,6 mm", -2.6),
        (OLDPEAK, ".5", 0.5),
        (OLDPEAK, "1.234", 1.234),
        (TSH, "0,005", 0.005),
        (TSH, "2.1 uIU/mL", 2.1),
        (TSH, "2.1 μIU/ml", 2.1),
        (TSH, "1.234", 1.234),
        (T4, "104", 104),
        (T4, "8.1 µg/dL", 8.1 * 12.87),
        (FEVER, "98.6 °F", 37.0),
        (FEVER, "37", 37),
        (CELLS, "12 345", 12_345),
        (CELLS, "12'345", 12_345),
        (CELLS, "12.345,5", 12_345.5),
        (CELLS, "12,345.5", 12_345.5),
        (CELLS, "7654.3", 7654.3),
    ],
)
def test_a_number_is_read_however_it_is_written(question: Number, typed: str, means: float) -> None:
    assert typed_number(question, typed).value == pytest.approx(means, rel=1e-9)


@pytest.mark.parametrize(
    ("question", "typed", "refused"),
    [
        (AGE, "sixty", NotANumber),
        (AGE, "", NotANumber),
        (AGE, "🙂", NotANumber),
        (AGE, "60 🙂", NotANumber),
        (AGE, "12.03.1964", NotANumber),
        (AGE, "1964-03-12", NotANumber),
        (AGE, "12/03/64", NotANumber),
        (AGE, "5½", NotANumber),
        (AGE, "5²", NotANumber),
        (AGE, "60~", NotANumber),
        (AGE, "60-70", NotANumber),
        (AGE, "6 0", NotANumber),
        (AGE, "NaN", NotANumber),
        (AGE, "1e2", NotANumber),
        (AGE, "60 weeks", UnknownUnit),
        (AGE, "-60", OutOfRange),
        (AGE, "600", OutOfRange),
        (AGE, "9" * 199, OutOfRange),
        (AGE, "9" * 400_000, NotANumber),
        (CHOLESTEROL, "190 g", UnknownUnit),
        (CHOLESTEROL, "190 mmol/L", OutOfRange),
        (CHOLESTEROL, "4.9", UnitUnclear),
        (CHOLESTEROL, "4.9 mg/dL", OutOfRange),
        (CHOLESTEROL, "120/80", NotANumber),
        (T4, "8", UnitUnclear),
        (FEVER, "98.6", UnitUnclear),
        (CELLS, "7,654", NumberUnclear),
        (CELLS, "7.654", NumberUnclear),
        (CELLS, "1.2.3", NotANumber),
        (CELLS, "12,34,567", NotANumber),
    ],
)
def test_what_is_not_clear_is_refused(question: Number, typed: str, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        typed_number(question, typed)


def test_a_refusal_holds_the_range_and_an_example_in_the_unit_that_was_typed() -> None:
    with pytest.raises(OutOfRange) as own:
        typed_number(CHOLESTEROL, "3000")
    assert own.value.facts == {"low": 50, "high": 700, "unit": "mg/dL", "example": 190}
    with pytest.raises(OutOfRange) as other:
        typed_number(CHOLESTEROL, "30 mmol/L")
    assert other.value.facts == {"low": 1.29, "high": 18.1, "unit": "mmol/L", "example": 4.91}


def test_a_bare_number_that_only_another_unit_makes_sense_of_is_asked_about() -> None:
    with pytest.raises(UnitUnclear) as asked:
        typed_number(CHOLESTEROL, "4.9")
    assert asked.value.facts["units"] == ["mmol/L"]


def test_a_bare_number_that_two_units_make_sense_of_is_asked_about() -> None:
    with pytest.raises(UnitUnclear) as asked:
        typed_number(T4, "8")
    assert asked.value.facts["units"] == ["nmol/L", "µg/dL"]


CARD = FormCard.model_validate(tiny_form.content())


def test_answers_from_a_file_are_taken_as_they_are_and_null_is_unknown() -> None:
    values = {"age": 54, "sex": "F", "smoker": 0, "pain": None}
    read = answers_of(CARD, values)
    assert (read.answers, read.faults) == ({"age": 54.0, "sex": "F", "smoker": False}, [])


@pytest.mark.parametrize("value", [True, 1, 1.0, "Y"])
def test_yes_can_be_said_as_the_tables_say_it(value: object) -> None:
    assert answers_of(CARD, {"smoker": value}).answers == {"smoker": True}


@pytest.mark.parametrize(
    ("its_id", "value", "code"),
    [
        ("age", "fifty", "not_a_number"),
        ("age", "54 kg", "unknown_unit"),
        ("age", "1,234", "out_of_range"),
        ("age", True, "wrong_type"),
        ("age", [54], "wrong_type"),
        ("age", 540, "out_of_range"),
        ("age", float("nan"), "out_of_range"),
        ("age", 10**400, "out_of_range"),
        ("sex", 1, "wrong_type"),
        ("sex", "m", "not_an_answer"),
        ("smoker", "perhaps", "wrong_type"),
        ("smoker", 2, "wrong_type"),
        ("agee", 54, "unknown_question"),
    ],
)
def test_a_wrong_value_in_a_file_is_named(its_id: str, value: object, code: str) -> None:
    read = answers_of(CARD, {"cholesterol": 190, its_id: value})
    ((place, fault),) = read.faults
    assert (place, fault.code, read.answers) == (its_id, code, {"cholesterol": 190.0})
