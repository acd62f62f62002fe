"""What people type into the shipped forms is understood, or refused with a reason; the examples are data, CC0."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.forms.state import FormState
from bot.forms.transitions import typed_answer
from bot.texts import Texts
from classifiers.card.questions import Number
from classifiers.errors import Refusal
from classifiers.form.typed import typed_number
from classifiers.registry import Registry, read_registry

TESTS = Path(__file__).parents[1]
QUESTIONS = [("heart", one) for one in ("age", "resting_bp", "cholesterol", "max_hr", "oldpeak")]
QUESTIONS += [("thyroid", one) for one in ("age", "tsh", "t3", "tt4", "t4u", "fti")]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that is shipped."""
    return read_registry(TESTS.parent / "registry.yaml")


def typed_answers() -> list[dict[str, str]]:
    """Return what people type, what value it has, and as what it is taken; for what is refused, why (CC0)."""
    with (TESTS / "data" / "typed-answers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("asked", QUESTIONS, ids=".".join)
def test_what_people_type_is_understood_or_refused(registry: Registry, asked: tuple[str, str]) -> None:
    disease, its_id = asked
    question = registry.form_plugin(disease).card.question(its_id)
    assert isinstance(question, Number)
    rows = [row for row in typed_answers() if (row["disease"], row["question"]) == asked]
    found = {row["typed"]: read(question, row["typed"]) for row in rows}
    assert found == {row["typed"]: (row["value"], row["taken"]) for row in rows}


def read(question: Number, typed: str) -> tuple[str, str]:
    """Return the value and as what it was taken; nothing and the refusal's code for what is refused."""
    try:
        taken = typed_number(question, typed)
    except Refusal as refused:
        return "", refused.code
    said = "first" if taken.of_pair else "bound" if taken.bound else "about" if taken.about else ""
    return f"{taken.value:.10g}", said


@pytest.mark.parametrize(
    "typed",
    [
        *("I don't know", "don’t know.", "IDK", "n/a", "not measured", "No sé", "não sei!", "Je ne sais pas"),
        *("jamais mesuré", "weiß nicht", "nie gemessen", "не знаю", "لا أعرف", "पता नहीं", "tidak tahu"),
    ],
)
def test_who_does_not_know_goes_on_to_the_next_question(registry: Registry, typed: str) -> None:
    card = registry.form_plugin("heart").card
    for question in card.questions:
        at = FormState(disease=card.id, run="ffff", command=1, at=question.id, answers={})
        after = typed_answer(at, card, typed, Texts.load())
        assert (after.state.answers[question.id], after.note) == (None, None)


@pytest.mark.parametrize(
    ("typed", "means"), [("yes!", True), ("Y", True), ("да", True), ("नहीं", False), ("Non", False)]
)
def test_yes_and_no_can_be_typed_in_any_language(registry: Registry, typed: str, means: bool) -> None:
    card = registry.form_plugin("heart").card
    at = FormState(disease=card.id, run="ffff", command=1, at="exercise_angina", answers={})
    assert typed_answer(at, card, typed, Texts.load()).state.answers["exercise_angina"] is means


def test_what_was_about_a_number_is_said_to_be_taken_as_it(registry: Registry) -> None:
    card = registry.form_plugin("heart").card
    at = FormState(disease=card.id, run="ffff", command=1, at="resting_bp", answers={})
    after = typed_answer(at, card, "about 140", Texts.load())
    assert (after.state.answers["resting_bp"], after.note) == (
        140.0,
        "I take “about 140” as 140 mmHg.",
    )


@pytest.mark.parametrize(
    ("at", "typed", "then", "next_at"),
    [
        ("RED_FLAGS", "No.", "ask", "age"),
        ("RED_FLAGS", "да", "emergency", "RED_FLAGS"),
        ("RED_FLAGS", "a little", "ask", "RED_FLAGS"),
        ("SUMMARY", "Yes", "score", "SUMMARY"),
        ("SUMMARY", "no", "ask", "SUMMARY"),
    ],
)
def test_red_flags_and_the_summary_can_be_answered_in_a_word(
    registry: Registry, at: str, typed: str, then: str, next_at: str
) -> None:
    card = registry.form_plugin("heart").card
    after = typed_answer(
        FormState(disease=card.id, run="ffff", command=1, at=at, answers={}), card, typed, Texts.load()
    )
    assert (after.then, after.state.at) == (then, next_at)
