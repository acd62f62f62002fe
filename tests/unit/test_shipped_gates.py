"""The skin model that is shipped names no disease in what is no photo of skin, or in a photo that shows nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from photo_bytes import file
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from bot.cli.bench.sample_photos import draw_photo
from classifiers.plugin import Plugin, examine
from classifiers.registry import read_registry

HOME = Path(__file__).parents[2]
SIZE = (800, 600)


@pytest.fixture(scope="module")
def skin() -> Plugin:
    """The skin disease that is shipped."""
    return read_registry(HOME / "registry.yaml").photo_plugin("skin")


def _page(ink: str, paper: str) -> Image.Image:
    image = Image.new("RGB", SIZE, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(22)
    for line in range(20):
        draw.text((20, 10 + 28 * line), "The meeting is on Monday at ten, bring the minutes.", fill=ink, font=font)
    return image


def _noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (600, 800, 3), dtype=np.uint8))


def _gradient(first: tuple[int, int, int], last: tuple[int, int, int]) -> Image.Image:
    along = np.linspace(0, 1, SIZE[0])[np.newaxis, :, np.newaxis]
    row = np.array(first) * (1 - along) + np.array(last) * along
    return Image.fromarray(np.broadcast_to(row, (SIZE[1], SIZE[0], 3)).astype(np.uint8))


def _bars() -> Image.Image:
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    for number, height in enumerate((120, 300, 420, 250, 80, 500)):
        draw.rectangle((60 + 120 * number, 560 - height, 140 + 120 * number, 560), fill=(40, 90, 200))
    return image


def _face() -> Image.Image:
    image = Image.new("RGB", SIZE, (90, 140, 200))
    draw = ImageDraw.Draw(image)
    draw.ellipse((220, 40, 580, 580), fill=(225, 180, 150))
    for x in (310, 450):
        draw.ellipse((x, 220, x + 50, 250), fill="white")
        draw.ellipse((x + 15, 222, x + 40, 248), fill=(60, 40, 20))
    draw.arc((330, 360, 470, 480), 20, 160, fill=(160, 60, 60), width=10)
    return image


STRANGE = {
    "green": Image.new("RGB", SIZE, (30, 160, 60)),
    "skin-coloured": Image.new("RGB", SIZE, (224, 178, 150)),
    "gradient": _gradient((20, 40, 120), (240, 200, 60)),
    "gradient of skin": _gradient((250, 210, 190), (180, 130, 100)),
    "letter": _page("black", "white"),
    "dark screen": _page("white", "#101418"),
    "chart": _bars(),
    "face": _face(),
    "noise": _noise(1),
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_no_disease_is_named_in_what_is_no_photo_of_skin(skin: Plugin, name: str, form: str) -> None:
    assert examine(skin, file(STRANGE[name], form)).finding.outcome in {"retake", "not_this"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_photo_that_shows_next_to_nothing_is_to_be_taken_again(skin: Plugin, seed: int) -> None:
    photo = draw_photo(*SIZE, seed=seed)
    for spoiled in (
        photo.filter(ImageFilter.GaussianBlur(45)),
        ImageEnhance.Brightness(photo).enhance(0.05),
        ImageEnhance.Brightness(photo).enhance(8),
        photo.resize((20, 15)),
    ):
        assert examine(skin, file(spoiled, "PNG")).finding.outcome in {"retake", "not_this"}
