"""One photo from bytes to finding: bad ones get an outcome or a refusal, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny
from photo_bytes import FORMATS, file
from PIL import Image

from bot.cli.bench.sample_photos import draw_photo, jpeg_photo
from classifiers.errors import UnsupportedFormat
from classifiers.plugin import Plugin, examine


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """The tiny disease."""
    return tiny.plugin(tmp_path_factory.mktemp("card"))


def test_a_photo_is_answered(plugin: Plugin) -> None:
    found = examine(plugin, file(tiny.plain((200, 30, 30)), "JPEG"))
    assert (found.finding.outcome, found.finding.label) == ("sure", "red")
    assert found.milliseconds > 0
    assert found.photo.width == 64


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gets_the_same_answer(plugin: Plugin, kind: str) -> None:
    jpeg = examine(plugin, FORMATS["jpeg"]()).finding
    other = examine(plugin, FORMATS[kind]()).finding
    assert (other.outcome, other.label) == (jpeg.outcome, jpeg.label)
    assert other.probabilities == pytest.approx(jpeg.probabilities, abs=0.03)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (Image.new("RGB", (1, 1), "red"), "small"),
        (Image.new("RGB", (4000, 3), "red"), "small"),
        (Image.new("RGB", (640, 480), "black"), "dark"),
        (Image.new("RGB", (640, 480), "white"), "bright"),
    ],
    ids=["one pixel", "strip", "black", "white"],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_too_bad_to_judge_is_to_be_taken_again_and_scored_all_the_same(
    plugin: Plugin, image: Image.Image, reason: str, form: str
) -> None:
    found = examine(plugin, file(image, form)).finding
    assert (found.outcome, found.reasons[0]) == ("retake", reason)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.care is None


def test_a_grey_photo_of_nothing_is_not_this(plugin: Plugin) -> None:
    assert examine(plugin, file(tiny.plain((190, 190, 190)), "PNG")).finding.outcome == "not_this"


def test_a_model_may_say_itself_that_a_photo_shows_nothing(tmp_path: Path) -> None:
    judges = tiny.plugin(
        tmp_path,
        model__outputs={"scores": 1, "attention": 0, "retake": 2},
        decision__not_this_above=...,
        decision__retake_above={"flat": 0.6},
    )
    found = examine(judges, file(tiny.plain((190, 190, 190)), "PNG"))
    assert (found.finding.outcome, found.finding.reasons) == ("retake", ("flat",))
    assert examine(judges, file(tiny.plain((200, 30, 30)), "PNG")).finding.outcome == "sure"


def test_what_is_no_photo_is_refused(plugin: Plugin) -> None:
    with pytest.raises(UnsupportedFormat):
        examine(plugin, b"%PDF-1.7\n")


def test_a_photo_decoded_reduced_gets_the_answer_of_the_whole(plugin: Plugin) -> None:
    photo = draw_photo(1280, 960, seed=4)
    reduced, whole = examine(plugin, file(photo, "JPEG", quality=95)), examine(plugin, file(photo, "PNG"))
    assert reduced.photo.image.width < whole.photo.image.width == 1280
    assert reduced.finding.probabilities == pytest.approx(whole.finding.probabilities, abs=0.01)


def test_drawn_photos_are_the_same_for_the_same_seed() -> None:
    assert jpeg_photo(200, 150, seed=1) == jpeg_photo(200, 150, seed=1)
    assert jpeg_photo(200, 150, seed=1) != jpeg_photo(200, 150, seed=2)
    assert draw_photo(37, 91, seed=3).size == (37, 91)
