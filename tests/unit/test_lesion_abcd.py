"""How a spot looks, in numbers: drawn shapes and colours come out as what they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from classifiers.card.model import Input
from classifiers.lesion.abcd import LesionFeatures, asymmetry, border, describe, features_of
from classifiers.lesion.colours import COLOURS, count_colours, to_lab
from classifiers.lesion.segment import Lesion

DOWN, ACROSS = np.mgrid[-48:48, -64:64]
SKIN, BROWN, DARK, RED, BLUE = (224, 172, 150), (168, 122, 92), (98, 68, 54), (186, 78, 84), (100, 112, 118)


def disc(radius: float = 30, across: float = 0, down: float = 0) -> np.ndarray:
    return np.asarray(np.hypot(ACROSS - across, DOWN - down) < radius)


def ellipse(turned: float) -> np.ndarray:
    cos, sin = np.cos(turned), np.sin(turned)
    return np.asarray(np.hypot((ACROSS * cos + DOWN * sin) / 2, DOWN * cos - ACROSS * sin) < 15)


def painted(skin: tuple[int, int, int], *colours: tuple[int, int, int]) -> np.ndarray:
    """Return a photo of skin with a disc that is divided among colours, side by side."""
    pixels = np.full((96, 128, 3), skin, dtype=np.uint8)
    stripe = (ACROSS + 30) * len(colours) // 60
    for at, colour in enumerate(colours):
        pixels[disc() & (stripe == at)] = colour
    return pixels


def relit(pixels: np.ndarray, *light: float) -> np.ndarray:
    return np.asarray((pixels * np.array(light)).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("radius", [6, 12, 30, 45])
def test_a_disc_is_even_and_symmetric(radius: float) -> None:
    assert border(disc(radius)) == pytest.approx(1, abs=0.04)
    assert asymmetry(disc(radius)) < 0.02


@pytest.mark.parametrize("turned", [0.0, 0.3, 0.7854, 1.2])
def test_an_ellipse_is_as_long_edged_as_it_is_whichever_way_it_lies(turned: float) -> None:
    assert border(ellipse(turned)) == pytest.approx(1.19, abs=0.05)
    assert asymmetry(ellipse(turned)) < 0.03


def test_a_ragged_edge_is_more_uneven_than_a_smooth_one() -> None:
    angle = np.arctan2(DOWN, ACROSS)
    ragged = np.hypot(ACROSS, DOWN) < 28 * (1 + 0.2 * np.sin(11 * angle))
    assert border(ragged) > 2


def test_a_spot_with_a_bulge_is_less_symmetric() -> None:
    bulged = disc(20) | disc(12, across=20, down=12)
    assert asymmetry(bulged) > 0.05
    assert asymmetry(disc() & ~((ACROSS > 0) & (DOWN > 0))) > 0.1


def test_white_and_black_are_where_lab_has_them() -> None:
    lab = to_lab(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0]], dtype=np.uint8))
    assert lab[0] == pytest.approx([100, 0, 0], abs=0.1)
    assert lab[1] == pytest.approx([0, 0, 0], abs=0.1)
    assert lab[2] == pytest.approx([53.2, 80.1, 67.2], abs=0.3)


@pytest.mark.parametrize(
    ("colours", "number"), [((BROWN,), 1), ((DARK,), 1), ((BROWN, DARK), 2), ((BROWN, DARK, RED, BLUE), 4)]
)
def test_colours_are_counted(colours: tuple[tuple[int, int, int], ...], number: int) -> None:
    assert count_colours(painted(SKIN, *colours), disc()) == number


@pytest.mark.parametrize("light", [(0.8, 0.8, 0.8), (1.0, 0.93, 0.85)], ids=["dim", "lamp light"])
def test_the_light_of_the_room_is_no_colour_of_the_spot(light: tuple[float, float, float]) -> None:
    assert count_colours(relit(painted(SKIN, BROWN, DARK), *light), disc()) == 2


def test_there_is_never_no_colour_and_never_more_than_six() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    assert count_colours(painted(SKIN, SKIN), disc()) == 1
    assert 1 <= count_colours(noise, disc()) <= len(COLOURS) == 6
    assert count_colours(noise, np.ones((96, 128), dtype=bool)) >= 1


def described(mask: np.ndarray) -> LesionFeatures:
    return describe(mask, painted(SKIN, BROWN), edge=border(mask))


def test_of_a_spot_that_the_photo_cuts_off_no_shape_is_said() -> None:
    features = described(disc(40, across=60))
    assert features.cut
    assert features.border is None
    assert features.asymmetry is None
    assert 0 < features.share < 1


def test_a_spot_that_only_touches_the_photos_edge_keeps_its_shape() -> None:
    features = described(disc(30, down=-19))
    assert not features.cut
    assert features.border is not None


def test_of_a_tiny_spot_no_shape_is_said() -> None:
    features = described(disc(3))
    assert (features.border, features.asymmetry, features.cut) == (None, None, False)


@pytest.mark.parametrize("resize", ["stretch", "fit"])
def test_a_round_spot_on_a_wide_photo_is_round_whatever_the_model_sees(resize: str) -> None:
    photo = Image.new("RGB", (640, 320), SKIN)
    down, across = (np.mgrid[0:64, 0:64] + 0.5) / 64 - 0.5
    high = 1 if resize == "stretch" else 2  # a stretched photo is as high as its input, a fitted one half as high
    seen = np.hypot(across * 2, down * high) < 0.3
    features = features_of(Lesion(levels=255 * seen.astype(np.uint8)), photo, Input(size=(64, 64), resize=resize))
    assert features is not None
    assert features.border == pytest.approx(1, abs=0.1)
    assert features.share == pytest.approx(np.pi * 0.3**2 / 2, rel=0.08)


def test_what_has_too_ragged_an_edge_for_a_lesion_is_not_described() -> None:
    comb = np.zeros((64, 64), dtype=np.uint8)
    comb[8:56, 8:56:4], comb[8:56, 9:56:4], comb[50:56, 8:56] = 255, 255, 255
    assert features_of(Lesion(levels=comb), Image.new("RGB", (96, 96), SKIN), Input(size=(64, 64))) is None
