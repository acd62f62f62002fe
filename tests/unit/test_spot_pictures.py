"""The pictures of following a spot: a body with numbered regions, and photos of one spot side by side at one scale."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bot.handlers.spots.likeness import is_alike
from bot.handlers.spots.tiles import zooms
from bot.replies.body_map import body_map
from bot.replies.places import PLACES, REGIONS, ZONE_CODES, ZONES, place_name
from bot.replies.strip import IN_ROW, SIDE, TILES, Tile, strip, tile_of
from bot.store import SpotPhoto
from bot.texts import Texts

ORANGE = (217, 72, 15)
PHOTO = SpotPhoto(
    taken=datetime(2026, 3, 1, tzinfo=UTC),
    file="f",
    identity="i",
    entry=1,
    model="1",
    outcome="sure",
    label="nv",
    care="routine",
    alarm=False,
    probabilities={"nv": 0.8, "mel": 0.15, "bcc": 0.05},
    features={"share": 0.2, "colours": 2, "cut": False, "asymmetry": 0.1, "border": 1.2},
)


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def orange(place: str) -> tuple[float, float]:
    """Return the middle of what is coloured in the picture of a place, 0–1 across and down."""
    picture = np.asarray(opened(body_map(place)), dtype=int)
    down, across = (np.abs(picture - ORANGE) < 40).all(axis=2).nonzero()
    assert len(down) > 30, place
    return across.mean() / picture.shape[1], down.mean() / picture.shape[0]


def test_the_left_hand_is_on_the_right_of_the_front_and_on_the_left_of_the_back() -> None:
    assert orange("front.left_hand")[0] > 0.5 > orange("back.left_hand")[0]
    assert orange("front.right_foot")[0] < 0.5 < orange("back.right_foot")[0]
    assert (
        orange("front.face")[1] < orange("front.chest")[1] < orange("back.buttocks")[1] < orange("front.left_foot")[1]
    )


def test_every_place_has_a_picture_of_its_own_and_a_name_in_every_language() -> None:
    shown = {"", "front", "back", *PLACES, *ZONE_CODES}
    assert len({body_map(place) for place in shown}) == len(shown)
    texts = Texts.load()
    for lang in texts.languages:
        assert len({place_name(place, texts.speaking(lang)) for place in PLACES}) == len(PLACES), lang
    assert place_name("nowhere", texts) == "no place named"
    assert {len(regions) for regions in REGIONS.values()} == {17}
    assert not PLACES & ZONE_CODES
    for side, zones in ZONES.items():
        assert sorted(region for regions in zones.values() for region in regions) == sorted(REGIONS[side])


@pytest.mark.parametrize("number", [1, IN_ROW, IN_ROW + 1, TILES])
def test_a_strip_shows_the_photos_in_order_from_the_left_and_what_is_gone_as_an_empty_frame(number: int) -> None:
    colours = [(10 * at, 100, 200) for at in range(number)]
    tiles = [Tile(date="2026-03-01", photo=Image.new("RGB", (SIDE, SIDE), colour)) for colour in colours]
    picture = opened(strip([*tiles[:-1], Tile(date="2020-01-01", photo=None)]))
    assert picture.width <= 20 * picture.height
    middles = [
        (8 + SIDE // 3 + (at % IN_ROW) * (SIDE + 8), 8 + SIDE // 2 + at // IN_ROW * (SIDE + 48)) for at in range(number)
    ]
    for middle, colour in zip(middles[:-1], colours[:-1], strict=True):
        assert picture.getpixel(middle) == pytest.approx(colour, abs=6)
    assert min(picture.getpixel(middles[-1])) > 200  # type: ignore[arg-type, type-var]


def test_a_closer_look_is_around_the_lesion_and_never_beyond_the_photo() -> None:
    photo = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(photo).ellipse((680, 480, 780, 580), fill="black")
    whole, near = tile_of(photo), tile_of(photo, zoom=3, middle=(730 / 800, 530 / 600))
    dark = [sum(value < 128 for value in one.convert("L").tobytes()) / SIDE**2 for one in (whole, near)]
    assert whole.size == near.size == (SIDE, SIDE)
    assert dark[0] < 0.02
    assert dark[1] > 0.15


def test_photos_of_a_known_size_are_shown_at_one_scale_and_the_others_as_they_are() -> None:
    def seen(size: float | None, share: float) -> SpotPhoto:
        return replace(PHOTO, size=size, uncertainty=size and 0.5, features={**(PHOTO.features or {}), "share": share})

    near, twice_as_far, grown, unknown = seen(5, 0.2), seen(5, 0.05), seen(10, 0.2), seen(None, 0.2)
    assert zooms([near, twice_as_far, grown, unknown]) == pytest.approx([1, 2, 2, 1])
    assert zooms([seen(5, 0.2), seen(5, 0.001)])[1] == 4  # no closer: its pixels would show
    assert zooms([unknown]) == [1]


@pytest.mark.parametrize(
    ("now", "alike"),
    [
        ({}, True),
        ({"probabilities": {"nv": 0.4, "mel": 0.55, "bcc": 0.05}}, True),
        ({"probabilities": {"nv": 0.05, "mel": 0.15, "bcc": 0.8}}, False),
        ({"features": None}, True),
        ({"features": {**(PHOTO.features or {}), "share": 0.9}}, True),  # from nearer
        ({"features": {**(PHOTO.features or {}), "colours": 5}}, False),
        ({"features": {**(PHOTO.features or {}), "asymmetry": 0.6}}, False),
        ({"features": {**(PHOTO.features or {}), "border": 2.1}}, False),
        ({"features": {**(PHOTO.features or {}), "border": None}}, True),
    ],
)
def test_a_photo_of_other_labels_colours_or_outline_is_unlike_the_spot(now: dict[str, object], alike: bool) -> None:
    assert is_alike(PHOTO, replace(PHOTO, **now), None) is alike  # type: ignore[arg-type]
