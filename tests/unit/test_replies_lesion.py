"""What is said of the outlined spot: how it looks, in a few words, and nothing that sounds like a finding."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fake_disease import card, finding

from bot.local.wire.entities import parse_html, units
from bot.replies import photo_reply
from bot.replies.lesion import lesion_in_words
from bot.replies.tap import OfPhoto
from bot.texts import Texts
from classifiers.lesion.abcd import LesionFeatures
from classifiers.verdict import Finding

TEXTS = Texts.load()
LOOKS = LesionFeatures(share=0.12, colours=2, cut=False, asymmetry=0.05, border=1.1)
LIMITS = {"above": 0.5, "asymmetric_above": 0.1, "uneven_above": 1.5}


def told(features: LesionFeatures, **limits: Any) -> str:
    decision = {"unsure_below": 0.5, "outline": LIMITS | limits}
    return re.sub("<[^>]*>", "", lesion_in_words(features, card(decision=decision), TEXTS))


def test_size_colours_edge_and_symmetry_are_said_in_plain_words() -> None:
    assert told(LOOKS) == (
        "The outlined spot: about 10% of the photo, 2 colours, even edge and much the same on both sides."
    )
    uneven = replace(LOOKS, share=0.43, colours=4, border=2.0, asymmetry=0.2)
    assert told(uneven) == (
        "The outlined spot: about 45% of the photo, 4 colours, uneven edge and not the same on both sides."
    )


@pytest.mark.parametrize(("share", "said"), [(0.001, "about 1%"), (0.034, "about 3%"), (1.0, "about 100%")])
def test_sizes_are_coarse_and_never_nothing(share: float, said: str) -> None:
    assert said in told(replace(LOOKS, share=share))


@pytest.mark.parametrize("colours", range(1, 7))
def test_every_number_of_colours_has_words(colours: int) -> None:
    assert "colour" in told(replace(LOOKS, colours=colours))


def test_of_a_spot_that_is_cut_off_it_is_said_and_its_shape_is_not() -> None:
    said = told(replace(LOOKS, cut=True, asymmetry=None, border=None))
    assert "cut off by the photo's edge" in said
    assert "even" not in said
    assert "sides" not in said


def test_of_a_shape_without_limits_in_the_card_nothing_is_said() -> None:
    said = told(LOOKS, asymmetric_above=None, uneven_above=None)
    assert said.endswith("and 2 colours.")
    assert lesion_in_words(LOOKS, card(), TEXTS)


@pytest.mark.parametrize("found", [finding(), finding((0.45, 0.15, 0.4))], ids=["sure", "unsure"])
def test_a_judged_photo_is_told_how_its_spot_looks(found: Finding) -> None:
    assert "The outlined spot" in photo_reply(found, card(), OfPhoto(7), TEXTS, features=LOOKS).caption
    assert "The outlined spot" not in photo_reply(found, card(), OfPhoto(7), TEXTS).caption


@pytest.mark.parametrize("outcome", ["retake", "not_this"])
def test_of_a_photo_that_is_not_judged_no_spot_is_described(outcome: Any) -> None:
    found = replace(finding(), outcome=outcome, care=None, reasons=())
    assert "outlined" not in photo_reply(found, card(), OfPhoto(7), TEXTS, features=LOOKS).caption


def test_the_caption_still_fits() -> None:
    about = {"en": "Cells that make pigment. " * 100}
    labels = [label.model_dump(mode="json") | {"about": about} for label in card().labels]
    features = replace(LOOKS, colours=3, border=9.0, asymmetry=0.9)
    its_card = card(labels=labels, decision={"unsure_below": 0.5, "outline": LIMITS})
    text, _ = parse_html(
        photo_reply(
            finding((0.7, 0.25, 0.05)), its_card, OfPhoto(10**18), TEXTS, features=features, others=[card()]
        ).caption
    )
    assert units(text) <= 1024
    assert "uneven edge" in text
    assert "not a diagnosis" in text
