"""A form is scored with whatever is known, and it is said what moved it and what would make it surer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_form
from tiny_form import ILL

from classifiers.card import read_form_card
from classifiers.errors import CardFaults, WrongOutput
from classifiers.form.parse import answers_of
from classifiers.form.score import as_input, examine_form
from classifiers.registry import read_registry


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_every_answer_goes_into_the_model(tmp_path: Path) -> None:
    found = examine_form(tiny_form.plugin(tmp_path), ILL).finding
    assert found.label == "disease"
    assert logit(found.probabilities["disease"]) == pytest.approx(2 + 1 + 1 + 3 + 2, abs=1e-3)
    assert (found.outcome, found.care, found.alarm, found.reasons) == ("sure", "urgent", True, ("care_label",))


def test_a_form_without_an_answer_is_scored_all_the_same(tmp_path: Path) -> None:
    found = examine_form(tiny_form.plugin(tmp_path), {})
    assert found.finding.outcome == "unsure"
    assert found.finding.probabilities == {"disease": 0.5, "no_disease": 0.5}
    assert found.effects == ()


def test_an_answer_s_effect_is_what_the_log_odds_lose_without_it(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path)
    found = examine_form(plugin, ILL | {"cholesterol": 100.0})
    effects = {effect.question: effect.log_odds for effect in found.effects}
    assert effects == pytest.approx({"age": 2, "sex": 1, "smoker": 1, "pain": 3, "cholesterol": -2}, abs=1e-3)
    assert next(iter(effects)) == "pain"


def test_what_would_make_it_surer_is_what_training_found_worth_asking(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path, questions__2__worth=0.001, questions__3__worth=0.2)
    assert examine_form(plugin, {"age": 60.0}).surer_with == ("pain", "cholesterol")
    assert examine_form(plugin, {"pain": "none", "cholesterol": 200.0}).surer_with == ()


def test_answers_become_the_model_s_numbers_in_the_card_s_order(tmp_path: Path) -> None:
    card = tiny_form.card(tmp_path)
    assert as_input(card, {"age": 70.0, "sex": "F", "smoker": False}).tolist() == [70, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]


def test_a_sensible_answer_is_never_out_of_the_model_s_reach(tmp_path: Path) -> None:
    plugin = tiny_form.plugin(tmp_path)
    values = {
        "age": (18, 110),
        "sex": ("M", "F", None),
        "smoker": (1, 0),
        "pain": ("none", None),
        "cholesterol": (50, 700),
    }
    for case in itertools.product(*values.values()):
        read = answers_of(plugin.card, dict(zip(values, case, strict=True)))
        answers, faults = read.answers, read.faults
        assert faults == []
        assert sum(examine_form(plugin, answers).finding.probabilities.values()) == pytest.approx(1)


def _fewer(card: dict[str, Any]) -> None:
    del card["questions"][4]


def _more(card: dict[str, Any]) -> None:
    card["questions"].append({"id": "fever", "kind": "yes_no", "text": {"en": "Have you fever?"}})


def _reordered(card: dict[str, Any]) -> None:
    card["questions"][3]["options"].reverse()


def _other_type(card: dict[str, Any]) -> None:
    options = [{"value": one, "title": {"en": one}} for one in ("a", "b", "c")]
    card["questions"][2] = {"id": "smoker", "kind": "choice", "text": {"en": "Do you smoke?"}, "options": options}


@pytest.mark.parametrize(
    ("change", "expected", "found"),
    [
        (_fewer, "4 inputs", "cholesterol float32 (1, 2)"),
        (_more, "fever float32 (1, 2)", "5 inputs"),
        (_reordered, "pain__onexertion__atrest__none float32 (1, 3)", "pain__none__atrest__onexertion float32 (1, 3)"),
        (_other_type, "smoker__a__b__c float32 (1, 3)", "smoker float32 (1, 2)"),
    ],
)
def test_a_card_that_disagrees_with_its_model_is_refused_with_both_sides_shown(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], expected: str, found: str
) -> None:
    content = tiny_form.content()
    change(content)
    tiny_form.write(tmp_path / "heart", content)
    (tmp_path / "registry.yaml").write_text("plugins: [{card: heart/card.yaml}]", encoding="utf-8")
    (fault,) = read_registry(tmp_path / "registry.yaml").all_faults
    left, right = fault.split(", found ")
    assert expected in left
    assert found in right


def test_another_model_than_the_form_s_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongOutput, match="cholesterol"):
        tiny_form.plugin(tmp_path, "form_of_fewer")
    with pytest.raises((WrongOutput, ValueError)):
        tiny_form.plugin(tmp_path, "softmax")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"model__input": {"size": [16, 16]}}, "model.input: a form's model takes the answers to its questions"),
        ({"input": "photo"}, "questions: only a form (input: form) asks questions"),
        ({"questions": ...}, "questions: is missing"),
        ({"questions__1__kind": "colour"}, "questions[1].kind: must be number, choice or yes_no"),
        ({"questions__0__range": [5, 5]}, "questions[0].range: the first must be less than the second"),
        ({"questions__0__range": ...}, "questions[0].range: is missing"),
        ({"questions__0__example": 7}, "questions[0].example: 7 is not in the range"),
        ({"questions__2__id": "sex"}, "questions[2].id: sex stands twice"),
        ({"questions__4__units__0__name": "MG/dl"}, "questions[4].units[0].name: MG/dl stands twice"),
        ({"questions__4__units__0__factor": 0}, "questions[4].units[0].factor: Input should be greater than 0"),
        ({"questions__1__options__1__value": "-M"}, "questions[1].options[1].value: -M is the same as M"),
        ({"questions__2__only_if": {"pain": "none"}}, "questions[2].only_if.pain: no earlier question has this id"),
        ({"questions__2__only_if": {"sex": "X"}}, "questions[2].only_if.sex: X is none of its options"),
        ({"questions__0__text": {"es": "¿Edad?"}}, "questions[0].text: must have English"),
        ({"questions__0__colour": "red"}, "questions[0].colour: there is no such key"),
        ({"red_flags__1__id": "pain_now"}, "red_flags[1].id: pain_now stands twice"),
        ({"decision__screen": {"least_side": 3}}, "decision.screen: only photos are screened"),
        ({"words": {"tip": {"en": "x"}}}, "words: only photos are told how to be taken"),
        ({"model__outputs": {"attention": 1}}, "model.outputs.attention: a form has nothing to look at"),
    ],
)
def test_a_form_s_card_that_contradicts_itself_is_refused_with_the_place(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(CardFaults) as refused:
        read_form_card(tiny_form.write(tmp_path, tiny_form.content(**changes)))
    assert any(fault in line for line in refused.value.faults), refused.value.faults
