"""A coin beside a spot gives millimetres; whatever else is round gives none."""

from __future__ import annotations

from collections.abc import Callable

import drawn_coins as drawn
import numpy as np
import pytest
from PIL import Image

from classifiers.following.coin import find_coin
from classifiers.following.coins import all_coins, coins_of, countries_for
from classifiers.following.ellipse import Ellipse, circle, fit_ellipse
from classifiers.following.field import find_field
from classifiers.following.size import scale_of_coin, scale_of_field, size_of

COINS = {
    "silver": drawn.coin(),
    "copper": drawn.coin("copper"),
    "two metals": drawn.coin("gold", ring="silver"),
}
OTHERS = {
    "nothing": None,
    "button": drawn.button(),
    "button with two holes": drawn.button((205, 196, 180), holes=2),
    "bottle cap": drawn.bottle_cap(),
    "ring": drawn.ring(),
    "blue counter": drawn.plain_disc(),
    "grey counter": drawn.plain_disc((180, 180, 182)),
    "another mole": drawn.mole(),
    "card with round corners": drawn.square(),
}
DIAMETER = 2 * drawn.RADIUS / drawn.MM  # mm, of the drawn coins


@pytest.mark.parametrize("name", COINS)
@pytest.mark.parametrize(("slant", "turned", "light"), [(0, 0, 1.0), (15, 30, 0.75), (20, 120, 1.0)])
def test_a_spot_beside_a_coin_is_as_large_as_it_is_from_any_side(
    name: str, slant: float, turned: float, light: float
) -> None:
    photo = drawn.scene(COINS[name], slant=slant, turned=turned, light=light)
    lesion = drawn.spot_mask(slant=slant, turned=turned)
    coin = find_coin(photo, lesion)
    assert coin is not None
    size = size_of(lesion, scale_of_coin(coin, DIAMETER), outline_doubt=0.02)
    assert size is not None
    assert size.diameter == pytest.approx(2 * drawn.SPOT_RADII[0] / drawn.MM, abs=size.plus_minus)
    assert size.plus_minus < 0.13 * size.diameter


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("slant", [0, 25])
def test_what_is_no_coin_gives_no_millimetres(name: str, slant: float) -> None:
    photo = drawn.scene(OTHERS[name], slant=slant, turned=70)
    assert find_coin(photo, drawn.spot_mask(slant=slant, turned=70)) is None


@pytest.mark.parametrize("name", COINS)
def test_a_coin_seen_from_the_side_gives_no_millimetres(name: str) -> None:
    assert find_coin(drawn.scene(COINS[name], slant=40), drawn.spot_mask(slant=40)) is None


def test_a_coin_that_is_not_whole_in_the_photo_gives_no_millimetres() -> None:
    photo = drawn.scene(drawn.coin())
    assert find_coin(photo.crop((0, 0, drawn.COIN_AT[0], drawn.HIGH)), None) is None


def test_a_coin_is_found_whatever_the_photos_size() -> None:
    photo = drawn.scene(drawn.coin())
    for width in (500, 2400):
        coin = find_coin(photo.resize((width, width * 3 // 4)), None)
        assert coin is not None
        assert coin.rim.long == pytest.approx(drawn.RADIUS * width / drawn.WIDE, rel=0.015)


def test_the_spot_itself_is_no_coin() -> None:
    photo, everywhere = drawn.scene(drawn.coin()), np.ones((drawn.HIGH, drawn.WIDE), dtype=bool)
    assert find_coin(photo, everywhere) is None


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.6, 3.0])
def test_an_ellipse_is_found_among_its_own_points(angle: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    points = Ellipse(x=300, y=200, long=80, short=60, angle=angle)
    around = (points.axes @ np.stack([np.cos(turn), np.sin(turn)])).T + np.array([300, 200])
    found = fit_ellipse(around)
    assert found is not None
    assert (found.x, found.y, found.long, found.short) == pytest.approx((300, 200, 80, 60), abs=1e-6)
    assert np.sin(found.angle - angle) == pytest.approx(0, abs=1e-6)
    assert found.distances(around) == pytest.approx(1)


def test_points_on_a_line_or_too_few_are_no_ellipse() -> None:
    assert fit_ellipse(np.array([[0, 0], [1, 1], [2, 2]])) is None
    assert fit_ellipse(np.stack([np.arange(20.0), 2 * np.arange(20.0)], axis=1)) is None
    assert fit_ellipse(np.ones((20, 2))) is None


def dermatoscope(radius: float, *, dark: int = 8) -> Image.Image:
    """Return what a dermatoscope shows: a round field of skin, dark around it."""
    skin = np.asarray(drawn.scene(None)).copy()
    down, across = np.mgrid[0 : drawn.HIGH, 0 : drawn.WIDE]
    skin[np.hypot(across - drawn.WIDE / 2, down - drawn.HIGH / 2) > radius] = dark
    return Image.fromarray(skin)


def test_a_dermatoscopes_field_of_known_width_gives_millimetres() -> None:
    field = find_field(dermatoscope(560))
    assert field is not None
    assert field.long == pytest.approx(560, rel=0.01)
    size = size_of(drawn.spot_mask(), scale_of_field(field, 2 * 560 / drawn.MM), outline_doubt=0.02)
    assert size is not None
    assert size.diameter == pytest.approx(2 * drawn.SPOT_RADII[0] / drawn.MM, abs=size.plus_minus)


@pytest.mark.parametrize(
    "photo", [lambda: drawn.scene(None), lambda: dermatoscope(800), lambda: dermatoscope(560, dark=90)]
)
def test_a_photo_without_dark_corners_has_no_field(photo: Callable[[], Image.Image]) -> None:
    assert find_field(photo()) is None


def test_no_lesion_and_one_that_nobody_has_gives_no_millimetres() -> None:
    scale = scale_of_field(circle(0, 0, 100), 20)
    assert size_of(np.zeros((9, 9), dtype=bool), scale, outline_doubt=0) is None
    assert size_of(np.ones((2000, 2000), dtype=bool), scale, outline_doubt=0) is None


def test_every_language_is_offered_coins_of_where_it_is_spoken_first() -> None:
    first = {
        language: countries_for(language)[0] for language in ("en", "es", "pt-BR", "fr", "de", "ru", "ar", "hi", "id")
    }
    assert first == {
        "en": "US", "es": "MX", "pt-BR": "BR", "fr": "EZ", "de": "EZ", "ru": "RU", "ar": "EG", "hi": "IN", "id": "ID",
    }  # fmt: skip
    assert {len(countries_for(language)) for language in first} == {
        len({coin.country for coin in all_coins().values()})
    }


def test_a_coin_is_known_by_its_country_and_value() -> None:
    assert all_coins()["EZ-0.5"].diameter == 24.25
    assert [coin.code for coin in coins_of("CA")] == ["CA-0.05", "CA-0.1", "CA-0.25", "CA-2"]
    assert all(15 < coin.diameter < 35 for coin in all_coins().values())
    assert coins_of("XX") == ()
