"""A form in words: every step fits into a message, its buttons into 64 bytes, and the result says what it must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_form
from tiny_form import ILL

from bot.forms.result import form_reply
from bot.forms.state import SUMMARY, FormState, answered, countable, fit_to_card, go_back, progress, read, start, to_ask
from bot.forms.steps import FormSteps, Shown
from bot.local.wire.entities import parse_html
from bot.replies import MESSAGE, units
from bot.replies.taps import FormTap, read_tap
from bot.texts import Texts
from classifiers.card import FormCard
from classifiers.form.score import examine_form

TEXTS = Texts.load()
OWNER = 2**52


def card(**changes: Any) -> FormCard:
    return FormCard.model_validate(tiny_form.content(**changes))


def interview(its_card: FormCard, **answers: Any) -> FormState:
    begin = start(its_card, run="ffff", command=1, update=1)
    return fit_to_card(
        FormState(disease=begin.disease, run=begin.run, command=1, at=SUMMARY, answers=answers), its_card
    )


def largest() -> FormCard:
    """Return a card in which everything is as long as it may be."""
    long = {"en": "<&>" * 400}
    question = {"kind": "number", "title": long, "text": long, "help": long, "range": [0, 1], "example": 0.5}
    content = tiny_form.content(id="h" + "e" * 31, title=long)
    content["questions"] = [question | {"id": f"q{'x' * 29}{at:02}", "unit": "u" * 20} for at in range(60)]
    content["red_flags"] = [{"id": f"flag_{at}", "text": long} for at in range(12)]
    return FormCard.model_validate(content)


def steps(its_card: FormCard) -> list[Shown]:
    """Return every step of a form, and what is shown besides."""
    begin = start(its_card, run="ffff", command=1, update=1)
    words = FormSteps(card=its_card, state=begin, owner=OWNER, texts=TEXTS, in_group=True)
    shown = [words.step(), words.again(its_card)]
    at = FormState(disease=its_card.id, run="ffff", command=1, at=its_card.questions[0].id, answers={})
    for question in its_card.questions:
        waiting = FormState(**at.as_json() | {"typed": "1" * 100, "units": [getattr(question, "unit", None)]})
        shown.append(FormSteps(card=its_card, state=waiting, owner=OWNER, texts=TEXTS, in_group=True).step())
        at = answered(at, its_card, None, as_typed="x" * 100)
    whole = FormSteps(card=its_card, state=at, owner=OWNER, texts=TEXTS)
    return [*shown, whole.step(), whole.changes()]


@pytest.mark.parametrize("its_card", [card(), largest()], ids=["usual", "largest"])
def test_every_step_fits_into_a_message_and_its_buttons_into_their_data(its_card: FormCard) -> None:
    for shown in steps(its_card):
        text, _ = parse_html(shown.text)
        assert 0 < units(text) <= MESSAGE
        buttons = [button for row in shown.buttons for button in row]
        assert 0 < len(buttons) <= 100
        for button in buttons:
            assert len((button.data or "").encode()) <= 64
            tap = read_tap(button.data)
            assert isinstance(tap, FormTap)
            assert (tap.owner, tap.run) == (OWNER, "ffff")


def test_a_question_that_an_earlier_answer_makes_pointless_is_not_asked() -> None:
    its_card = card(questions__2__only_if={"sex": "F"})
    assert [question.id for question in to_ask(its_card, {"sex": "M"})] == ["age", "sex", "pain", "cholesterol"]
    assert len(to_ask(its_card, {"sex": "F"})) == 5
    assert len(to_ask(its_card, {"sex": None})) == 5
    at = interview(its_card, age=54, sex="M", smoker=True)
    assert countable(at, its_card) == {"age": 54, "sex": "M"}
    assert progress(at, its_card) == (3, 4)


def test_what_is_never_asked_is_not_shown_and_missing() -> None:
    its_card = card(questions__4__asked=False)
    at = interview(its_card, age=54, sex="M", smoker=True, pain="none")
    assert at.at == SUMMARY
    shown = FormSteps(card=its_card, state=at, owner=1, texts=TEXTS).step()
    assert "Cholesterol" not in shown.text


def test_back_goes_from_question_to_question_and_to_the_red_flags() -> None:
    its_card = card()
    at = interview(its_card, age=54, sex="M")
    seen = [at.at]
    for _ in range(4):
        at = go_back(at, its_card)
        seen.append(at.at)
    assert seen == ["smoker", "sex", "age", "RED_FLAGS", "RED_FLAGS"]


def test_what_was_kept_is_read_again_and_what_is_of_another_version_is_not() -> None:
    at = interview(card(), age=54, sex=None)
    assert read(at.as_json()) == at
    assert read(None) is None
    assert read({}) is None
    assert read(at.as_json() | {"colour": "red"}) is None


def test_a_form_begun_before_an_upgrade_goes_on_after_it() -> None:
    kept = interview(card(), age=54).as_json()
    del kept["as_typed"]
    at = read(kept | {"said": {"age": "54 years"}})
    assert at is not None and at.as_typed == {"age": "54 years"}
    assert at.answers["age"] == 54


def test_the_result_says_likelihood_care_what_counted_and_what_is_missing(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path)
    answers = {key: answer for key, answer in ILL.items() if key != "cholesterol"} | {"smoker": False}
    said = form_reply(examine_form(plugin, answers), plugin.card, 7, TEXTS, as_typed={"age": "70 Years"})
    text, _ = parse_html(said.caption)
    for words in (
        "Heart. Your answers point most to: A narrowed heart artery.",
        "How likely: very likely",
        "within days. That is the usual advice for this.",
        "▲ Chest pain: On exertion (speaks for it)",
        "▲ Age: 70 Years (speaks for it)",
        "Not known, and worth knowing: Cholesterol. With that, this would be surer.",
        "This is not a diagnosis.",
    ):
        assert words in text
    assert [[button.url or button.data for button in row] for row in said.buttons] == [
        ["https://example.org/disease"],
        ["fb:7:ask"],
    ]


def test_what_does_not_settle_it_names_no_winner_and_asks_to_be_seen(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path)
    said = form_reply(examine_form(plugin, {}), plugin.card, 7, TEXTS, as_typed={})
    assert "do not settle it" in said.caption
    assert "point most to" not in said.caption
    assert "No sign of it: 50" in said.caption
    assert "A serious cause cannot be ruled out" in said.caption
    assert "speaks" not in said.caption


def test_the_largest_card_s_result_fits_into_a_message(tmp_path: Path) -> None:
    long = {"en": "<&>" * 400}
    changes = {f"questions__{at}__title": long for at in range(5)} | {"questions__4__worth": 1, "title": long}
    labels = {f"labels__{at}__{key}": long for at in range(2) for key in ("title", "about")}
    plugin = tiny_form.plugin(tmp_path, **changes, **labels)
    for answers in (ILL, {"age": 70.0}, {}):
        said = form_reply(examine_form(plugin, answers), plugin.card, 7, TEXTS, as_typed={})
        assert units(parse_html(said.caption)[0]) <= MESSAGE


def test_several_missing_answers_are_listed_one_by_one(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path)
    found = replace(examine_form(plugin, {}), surer_with=("cholesterol", "pain"))
    text, _ = parse_html(form_reply(found, plugin.card, 7, TEXTS, as_typed={}).caption)
    assert "worth knowing: Cholesterol and Chest pain. With that" in text
