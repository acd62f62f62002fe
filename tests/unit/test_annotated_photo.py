"""The picture that comes back: of the right size, marked in the right place, and nothing in it but the picture."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_disease import SaysWhatItIsTold, card, examination, photo
from PIL import Image

from bot.replies.annotated_photo import explain
from classifiers.card import Card
from classifiers.lesion.abcd import LesionFeatures
from classifiers.lesion.segment import segment
from classifiers.plugin import Examination


def _picture(data: bytes, its_card: Card | None = None, engine: SaysWhatItIsTold | None = None) -> Image.Image:
    its_card = its_card or card()
    shown = Image.open(io.BytesIO(explain(its_card, examination(data, its_card, engine))))
    assert shown.format == "JPEG"
    return shown


def _warmth(image: Image.Image) -> np.ndarray:
    """Return how much redder than blue each pixel is, float (height, width)."""
    pixels = np.asarray(image.convert("RGB")).astype(float)
    return np.asarray(pixels[..., 0] - pixels[..., 2])


def _quarters(image: Image.Image) -> dict[str, float]:
    warmth = _warmth(image)
    height, width = warmth.shape
    upper, lower = warmth[: height // 2], warmth[height // 2 :]
    parts = {"upper left": upper[:, : width // 2], "upper right": upper[:, width // 2 :]}
    parts |= {"lower left": lower[:, : width // 2], "lower right": lower[:, width // 2 :]}
    return {name: float(part.mean()) for name, part in parts.items()}


def _like(its_card: Card, resize: str) -> Card:
    model = its_card.model
    return its_card.model_copy(
        update={"model": model.model_copy(update={"input": model.input.model_copy(update={"resize": resize})})}
    )


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1600, 1200), (800, 600)), ((600, 1600), (300, 800)), ((640, 480), (640, 480)), ((120, 160), (120, 160))],
)
def test_the_picture_is_at_most_800_pixels_and_never_enlarged(size: tuple[int, int], shown: tuple[int, int]) -> None:
    data = photo(*size, kind="PNG")
    assert _picture(data).size == shown


@pytest.mark.parametrize("size", [(1, 1), (4000, 3), (3, 4000), (2, 300)])
def test_a_sliver_becomes_something_telegram_takes_as_a_photo(size: tuple[int, int]) -> None:
    shown = _picture(photo(*size, kind="PNG"))
    assert min(shown.size) >= 10
    assert max(shown.size) / min(shown.size) <= 20
    assert max(shown.size) <= 800


@pytest.mark.parametrize("resize", ["stretch", "fit", "crop"])
@pytest.mark.parametrize("size", [(640, 480), (300, 700), (500, 500)])
def test_the_warm_spot_is_where_the_model_saw_the_label(resize: str, size: tuple[int, int]) -> None:
    its_card = _like(card(), resize)
    quarters = _quarters(_picture(photo(*size, kind="PNG"), its_card))
    assert max(quarters, key=lambda name: quarters[name]) == "upper left"


def _outlined(data: bytes, resize: str = "stretch") -> tuple[Card, Examination]:
    """Return a photo whose spot was outlined in the lower right quarter, far from the heat."""
    its_card = _like(card(lesion_features="abcd"), resize)
    chance = np.zeros((64, 64))
    chance[34:44, 34:44] = 0.99
    features = LesionFeatures(share=0.02, colours=1, cut=False, asymmetry=0.0, border=1.0)
    return its_card, replace(examination(data, its_card), lesion=segment(chance, above=0.5), features=features)


@pytest.mark.parametrize("light", [60, 235])
@pytest.mark.parametrize("resize", ["stretch", "fit", "crop"])
@pytest.mark.parametrize("size", [(640, 480), (300, 700)])
def test_a_line_runs_around_the_spot_on_dark_and_on_pale_skin(resize: str, size: tuple[int, int], light: int) -> None:
    data = io.BytesIO()
    Image.new("RGB", size, (light, light, light)).save(data, "PNG")
    its_card, looked_at = _outlined(data.getvalue(), resize)
    looked_at = replace(looked_at, finding=replace(looked_at.finding, outcome="sure"))
    grey = np.asarray(Image.open(io.BytesIO(explain(its_card, looked_at))).convert("L")).astype(int)
    down, across = np.nonzero(np.abs(grey - light) > 90)
    assert len(down)
    assert down.min() > size[1] / 2
    assert across.min() > size[0] / 2


def test_an_outlined_spot_keeps_its_colours() -> None:
    its_card, looked_at = _outlined(photo(kind="PNG"))
    warmth = _warmth(Image.open(io.BytesIO(explain(its_card, looked_at))))
    difference = np.abs(warmth - _warmth(looked_at.photo.image))
    assert difference[:220, :300].max() < 40  # where the heat would be
    assert difference[270:310, 360:410].max() < 40  # within the line


def test_of_a_spot_that_is_none_to_speak_of_no_line_is_drawn() -> None:
    its_card, looked_at = _outlined(photo(kind="PNG"))
    ragged = replace(looked_at, features=None)
    assert explain(its_card, ragged) == explain(its_card, replace(ragged, lesion=None))


def test_an_outline_that_is_not_to_be_described_is_drawn_all_the_same() -> None:
    its_card, looked_at = _outlined(photo(kind="PNG"))
    undescribed = its_card.model_copy(update={"lesion_features": None})
    assert explain(undescribed, replace(looked_at, features=None)) == explain(its_card, looked_at)


@pytest.mark.parametrize("outcome", ["retake", "not_this"])
def test_no_line_is_drawn_on_a_photo_that_is_not_judged(outcome: Any) -> None:
    its_card, looked_at = _outlined(photo(kind="PNG"))
    plain = replace(looked_at, finding=replace(looked_at.finding, outcome=outcome))
    assert explain(its_card, plain) == explain(its_card, replace(plain, lesion=None))


def test_the_map_of_the_named_label_is_shown_and_not_anothers() -> None:
    quarters = _quarters(_picture(photo(), engine=SaysWhatItIsTold(shares=(0.1, 0.8, 0.1))))
    assert max(quarters, key=lambda name: quarters[name]) == "lower right"


@pytest.mark.parametrize("light", [60, 235])
def test_the_outline_shows_on_dark_and_on_pale_skin(light: int) -> None:
    limits = {"unsure_below": 0.5}
    its_card = card(decision=limits)
    plain = np.full((480, 640, 3), light, dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(plain).save(data, "PNG")
    grey = np.asarray(_picture(data.getvalue(), its_card).convert("L")).astype(int)
    assert np.abs(grey - light).max() > 90


@pytest.mark.parametrize(
    "engine",
    [SaysWhatItIsTold(not_this=0.9), SaysWhatItIsTold(shares=(0.98, 0.01, 0.01))],
    ids=["not this", "nothing seen"],
)
def test_where_nothing_was_seen_the_photo_comes_back_plain(engine: SaysWhatItIsTold) -> None:
    its_card = card()
    looked_at = examination(photo(kind="PNG"), its_card, engine)
    if engine.not_this == 0 and looked_at.scores.class_maps is not None:
        looked_at.scores.class_maps[...] = -1
    shown = Image.open(io.BytesIO(explain(its_card, looked_at)))
    difference = np.abs(_warmth(shown) - _warmth(looked_at.photo.image))
    assert difference.mean() < 8


def test_a_retake_and_a_model_without_a_map_give_the_plain_photo() -> None:
    dark = examination(photo(light=10, kind="PNG"))
    assert dark.finding.outcome == "retake"
    assert np.abs(_warmth(Image.open(io.BytesIO(explain(card(), dark))))).max() < 60


def test_the_photo_itself_is_not_drawn_upon() -> None:
    looked_at = examination(photo())
    before = looked_at.photo.image.tobytes()
    explain(card(), looked_at)
    assert looked_at.photo.image.tobytes() == before


def test_no_place_no_camera_and_no_comment_leave_with_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    for data in (photo(exif=exif, comment=b"SecretComment"), photo(2000, 1500, exif=exif, comment=b"SecretComment")):
        shown = explain(card(), examination(data))
        assert b"Secret" not in shown
        assert b"Exif" not in shown
