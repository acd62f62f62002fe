"""An answer that was sent, with its care raised by what its person notices: nothing else of it is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from languages import TEXTS

from bot.local.wire.entities import parse_html, units
from bot.replies import CAPTION, photo_reply
from bot.replies.care import with_symptoms
from bot.replies.tap import OfPhoto
from bot.texts import Html, Texts
from bot.texts.direction import without_isolates
from classifiers.card import read_photo_card
from classifiers.finding import Finding, recalled
from classifiers.lesion.abcd import LesionFeatures
from classifiers.scores import Scores
from classifiers.verdict import conclude

SKIN = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
CODES = [symptom.code for symptom in SKIN.symptoms]
MOLE = np.array((0.01, 0.01, 0.01, 0.01, 0.01, 0.93, 0.01, 0.01))
LONG = LesionFeatures(share=1.0, colours=6, cut=True, asymmetry=9.0, border=9.0)


def found(reason: str = "") -> Finding:
    """Return a mole, of which the model is sure unless there is a reason for doubt."""
    sure = conclude(SKIN, Scores(probabilities=MOLE), None)
    facts = {"probabilities": sure.probabilities, "alarm": False}
    if not reason:
        return recalled(SKIN, "1", "sure", care="routine", reasons=("care_label",), **facts)
    return recalled(SKIN, "1", "unsure", care="soon", reasons=(reason, "care_unsure"), **facts)


def answer(finding: Finding, texts: Texts) -> Html:
    return photo_reply(finding, SKIN, OfPhoto(7), texts, features=LONG).caption


def words(text: str) -> str:
    return without_isolates(parse_html(text)[0])


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_the_care_alone_is_changed_and_what_cannot_wait_stays(lang: str) -> None:
    texts = TEXTS.speaking(lang)
    for finding in (found(), found("no_single_lesion")):
        before = answer(finding, texts)
        after = with_symptoms(before, finding, SKIN, CODES, texts, most=CAPTION)
        assert units(parse_html(after)[0]) <= CAPTION
        assert words(texts.html("care.urgent")) in words(after)
        assert words(texts.html(f"care.{finding.care}")) not in words(after)
    assert SKIN.words.cannot_wait
    assert texts.own(SKIN.words.cannot_wait) in words(after)
    assert with_symptoms(after, finding, SKIN, (), texts, most=CAPTION) == before


def test_an_answer_that_was_given_in_another_language_has_one_care_all_the_same() -> None:
    finding, arabic, english = found(), TEXTS.speaking("ar"), TEXTS.speaking("en")
    raised = with_symptoms(answer(finding, arabic), finding, SKIN, ["changing"], english, most=CAPTION)
    assert english.html("care.soon") in raised
    assert arabic.html("care.routine") not in raised
    again = with_symptoms(raised, finding, SKIN, ["bleeding"], arabic, most=CAPTION)
    assert english.html("care.soon") not in again
    assert len(again.split("\n\n")) == len(answer(finding, arabic).split("\n\n"))


def test_an_answer_without_a_care_is_given_one_above_its_end() -> None:
    finding = recalled(
        SKIN, "1", "not_this", probabilities=found().probabilities, care=None, alarm=False, reasons=("unlike_training",)
    )
    before = answer(finding, TEXTS)
    after = with_symptoms(before, finding, SKIN, ["changing"], TEXTS, most=CAPTION)
    assert after.split("\n\n")[-2].startswith(TEXTS.html("care.soon"))
    assert with_symptoms(after, finding, SKIN, (), TEXTS, most=CAPTION) == before


def test_a_long_answer_is_cut_elsewhere_to_make_room() -> None:
    finding, long = found(), Html("\n\n".join(["x" * 700, answer(found(), TEXTS)[:300], TEXTS.html("care.routine")]))
    after = with_symptoms(long, finding, SKIN, CODES, TEXTS, most=CAPTION)
    assert units(parse_html(after)[0]) <= CAPTION
    assert TEXTS.html("care.urgent") in after
