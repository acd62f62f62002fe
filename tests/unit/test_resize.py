"""Resizing is one function for training and serving: golden vectors hold its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from classifiers.resize import Resize, to_input

GOLDEN = Path(__file__).parents[1] / "data" / "resize.npz"  # made by tests/unit/make_golden_vectors.py
SIZES = {"down": (150, 110), "up": (9, 13), "strip": (200, 3)}  # width, height of the photo
INPUT = (24, 32)  # height, width


def pattern(width: int, height: int) -> Image.Image:
    """Return waves of whole numbers, the same on every machine, fine enough to show a missing antialiasing."""
    y, x = np.mgrid[:height, :width]
    channels = [(x * x * 3 + y * 17) % 256, (x * 29 + y * y * 5) % 256, (x * y * 7 + x) % 256]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def cases() -> list[tuple[str, Resize]]:
    return [(name, how) for name in SIZES for how in get_args(Resize)]


@pytest.mark.parametrize(("name", "how"), cases())
def test_resizing_gives_the_pixels_it_always_gave(name: str, how: Resize) -> None:
    found = to_input(pattern(*SIZES[name]), INPUT, how).astype(int)
    with np.load(GOLDEN) as golden:
        difference = np.abs(found - golden[f"{name}_{how}"].astype(int))
    assert difference.max() <= 1, f"{(difference > 1).sum()} pixels differ by up to {difference.max()}"


@pytest.mark.parametrize("how", get_args(Resize))
@pytest.mark.parametrize("size", [(1, 1), (4000, 3), (3, 4000), (32, 24), (31, 25)])
def test_every_shape_fills_the_input(size: tuple[int, int], how: Resize) -> None:
    found = to_input(Image.new("RGB", size, (90, 80, 70)), INPUT, how)
    assert found.shape == (*INPUT, 3)
    assert found.dtype == np.uint8


def test_fit_keeps_the_shape_and_pads_with_black() -> None:
    found = to_input(Image.new("RGB", (100, 100), "white"), INPUT, "fit")
    assert (found[:, 4:28] == 255).all()
    assert (found[:, :4] == 0).all()
    assert (found[:, 28:] == 0).all()


def test_crop_cuts_the_middle() -> None:
    photo = Image.new("RGB", (240, 240), "black")
    photo.paste("white", (0, 60, 240, 180))
    assert (to_input(photo, (10, 20), "crop")[1:-1] == 255).all()


def test_large_photos_are_antialiased() -> None:
    stripes = np.zeros((240, 320, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    found = to_input(Image.fromarray(stripes), INPUT, "stretch")
    assert np.abs(found.astype(int) - 127).max() <= 16
