"""What is said of several photos: how many count, why others do not, and never too much for Telegram."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from languages import TEXTS, english_in

from bot.local.wire.entities import parse_html, units
from bot.replies import LookedAt, photo_reply, unused_in_words
from bot.replies.tap import OfPhoto
from bot.replies.together import in_words
from classifiers.card import QUALITY, read_photo_card
from classifiers.lesion.abcd import LesionFeatures
from classifiers.scores import Scores
from classifiers.verdict import conclude

SKIN = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
LONG = LesionFeatures(share=1.0, colours=6, cut=True, asymmetry=9.0, border=9.0)
CODES = ("somewhat_unlike_training", "no_single_lesion", "fault", "limit", *QUALITY)
LOOKED = LookedAt(photos=10, used=1, outlined=10, unused=[(at + 1, code) for at, code in enumerate(CODES)])


@pytest.mark.parametrize("lang", sorted(TEXTS.languages))
def test_an_answer_to_ten_photos_fits_in_every_language_and_says_in_it_how_many_count(lang: str) -> None:
    texts = TEXTS.speaking(lang)
    sure = conclude(SKIN, Scores(probabilities=np.array((0.01, 0.01, 0.9, 0.01, 0.02, 0.02, 0.02, 0.01))), None)
    doubted = replace(sure, outcome="unsure", reasons=("no_single_lesion", "care_alarm"), alarm=True, care="soon")
    retake = replace(sure, outcome="retake", care=None, reasons=QUALITY)
    for finding in (sure, doubted, retake):
        said = photo_reply(finding, SKIN, OfPhoto(10**18), texts, features=LONG, others=[SKIN], looked=LOOKED)
        text, _ = parse_html(said.caption)
        assert units(text) <= 1024
        assert len(re.findall(r"10|١٠", text)) >= 1
        assert lang == "en" or not english_in(text, lang)
        offered = any("df" in (button.data or "") for row in said.buttons for button in row)
        assert offered == (finding.outcome != "retake")  # none could be judged by itself either


def test_reasons_are_told_each_once_with_their_photos_and_the_rarest_share_a_line() -> None:
    lines = unused_in_words([(1, "dark"), (2, "blurred"), (3, "dark"), (5, "dark")], TEXTS).split("\n")
    assert lines == ["• Photos 1, 3 and 5: too dark", "• Photo 2: blurred"]
    many = [(1, "dark"), (2, "dark"), (3, "blurred"), (4, "small"), (5, "bright"), (6, "a code of the card's own")]
    assert unused_in_words(many, TEXTS).count("\n") == 2
    assert "cannot be judged well" in unused_in_words(many, TEXTS)


def test_where_all_count_only_that_is_said() -> None:
    assert in_words(LookedAt(photos=2, used=2, outlined=None), TEXTS) == "<i>I looked at 2 photos together.</i>"


def test_where_nothing_could_be_looked_at_by_itself_nobody_is_asked() -> None:
    finding = conclude(SKIN, Scores(probabilities=np.full(8, 0.125)), None)
    said = photo_reply(finding, SKIN, OfPhoto(7), TEXTS, looked=replace(LOOKED, is_joint=False))
    assert not [button for row in said.buttons for button in row if button.data and "df" in button.data]
