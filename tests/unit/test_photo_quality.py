"""Is a photo good enough to judge? Small, dark, bright, flat and blurred ones are told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from bot.cli.bench.sample_photos import draw_photo
from classifiers.card import Screen
from classifiers.photo.quality import Quality, clearest, faults_of, measure
from classifiers.resize import to_input

LIMITS = Screen(least_side=200, sharpness_above=-2.5, light_above=0.15, light_below=0.9, contrast_above=0.03)
GOOD = draw_photo(480, 360, seed=1)


def quality(image: Image.Image) -> Quality:
    return measure(to_input(image, (224, 224), "stretch"), side=min(image.size))


def test_a_good_photo_has_no_fault() -> None:
    assert faults_of(quality(GOOD), LIMITS) == ()


def test_light_and_contrast_are_shares_of_white() -> None:
    grey = quality(Image.new("RGB", (300, 300), (51, 51, 51)))
    assert grey.light == pytest.approx(0.2)
    assert grey.contrast == pytest.approx(0, abs=1e-6)
    halves = Image.new("RGB", (224, 224), "black")
    halves.paste("white", (0, 0, 112, 224))
    assert quality(halves).light == pytest.approx(0.5)
    assert quality(halves).contrast == pytest.approx(0.5)


def test_the_more_blurred_the_less_sharp() -> None:
    sharpness = [quality(GOOD.filter(ImageFilter.GaussianBlur(radius))).sharpness for radius in (0, 1, 2, 4, 8)]
    assert sharpness == sorted(sharpness, reverse=True)


def test_a_pale_photo_is_not_taken_for_a_blurred_one() -> None:
    pale = ImageEnhance.Contrast(GOOD).enhance(0.5)
    blurred = GOOD.filter(ImageFilter.GaussianBlur(3))
    assert abs(quality(pale).sharpness - quality(GOOD).sharpness) < 0.2
    assert quality(blurred).sharpness < quality(pale).sharpness - 0.5


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (GOOD.resize((100, 75)), ("small",)),
        (Image.new("RGB", (1, 1), "white"), ("small",)),
        (Image.new("RGB", (4000, 3), "white"), ("small",)),
        (ImageEnhance.Brightness(GOOD).enhance(0.1), ("dark", "flat")),
        (Image.new("RGB", (640, 480), "black"), ("dark", "flat")),
        (Image.new("RGB", (640, 480), "white"), ("bright", "flat")),
        (Image.new("RGB", (640, 480), (200, 160, 140)), ("flat",)),
        (GOOD.filter(ImageFilter.GaussianBlur(12)), ("blurred",)),
    ],
    ids=["small", "one pixel", "strip", "dim", "black", "white", "plain", "blurred"],
)
def test_what_is_wrong_with_a_photo_is_named_the_most_telling_first(
    image: Image.Image, wanted: tuple[str, ...]
) -> None:
    found = faults_of(quality(image), LIMITS)
    assert found[: len(wanted)] == wanted
    assert set(found) <= {*wanted, "blurred"}


def test_the_smallest_input_can_be_measured() -> None:
    found = measure(np.zeros((8, 8, 3), dtype=np.uint8), side=8)
    assert np.isfinite([found.sharpness, found.light, found.contrast]).all()


def test_the_clearest_of_several_photos_is_the_sharpest_and_of_two_alike_the_larger() -> None:
    one = Quality(side=200, sharpness=-1.0, light=0.5, contrast=0.1)
    photos = [replace(one, sharpness=-2.0, side=900), one, replace(one, side=400)]
    assert clearest(photos) == 2
    assert clearest(photos[:2]) == 1
