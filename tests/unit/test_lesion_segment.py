"""From what a model says is lesion to one plausible lesion."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.lesion.components import connected_parts
from classifiers.lesion.segment import EDGE, lay_over_photo, segment

SIDE = 56


def disc(middle: tuple[float, float] = (0.5, 0.5), radius: float = 0.2, height: float = 0.98) -> np.ndarray:
    """Return a chance of lesion that is high within a disc, in shares of the side, and falls off over its edge."""
    down, across = np.mgrid[0:SIDE, 0:SIDE] / SIDE + 0.5 / SIDE
    distance = np.hypot(down - middle[0], across - middle[1])
    return np.asarray(height / (1 + np.exp((distance - radius) * 80)))


def share(chance: np.ndarray, above: float = 0.5) -> float:
    found = segment(chance, above=above)
    assert found is not None
    return float(found.mask.mean())


def test_a_spot_is_found_where_the_model_sees_lesion() -> None:
    assert share(disc()) == pytest.approx(np.pi * 0.2**2, rel=0.05)


def test_the_edge_is_where_the_card_says() -> None:
    assert share(disc(), 0.9) < share(disc(), 0.5) < share(disc(), 0.1)
    found = segment(disc(), above=0.5)
    assert found is not None
    assert ((found.levels >= EDGE) == (disc() > 0.5)).all()


def test_the_larger_of_two_spots_is_taken_and_nothing_of_the_other() -> None:
    found = segment(np.maximum(disc((0.3, 0.3), 0.15), disc((0.75, 0.75), 0.1)), above=0.5)
    assert found is not None
    assert found.mask[17, 17]
    assert not found.mask[30:, 30:].any()


def test_a_lesion_knows_its_share_of_all_that_looks_like_one() -> None:
    two = segment(np.maximum(disc((0.3, 0.3), 0.15), disc((0.75, 0.75), 0.15)), above=0.5)
    one = segment(disc(), above=0.5)
    assert one is not None
    assert two is not None
    assert one.part == 1
    assert two.part == pytest.approx(0.5, abs=0.05)


def test_what_was_taken_away_leaves_no_specks_when_the_spot_is_enlarged() -> None:
    faint = 0.49 * np.ones((SIDE, SIDE))
    faint[::4, 48] = 0.6  # a dotted line beside the spot, hardly likelier than the skin around it
    found = segment(np.maximum(disc(), faint), above=0.5)
    assert found is not None
    large = np.asarray(lay_over_photo(found, how="stretch", size=(224, 224), photo=(400, 300), to=(400, 300)))
    assert connected_parts(large >= EDGE).max() == 1


def test_of_two_alike_the_one_in_the_middle_is_taken() -> None:
    found = segment(np.maximum(disc((0.5, 0.5), 0.12), disc((0.1, 0.9), 0.13)), above=0.5)
    assert found is not None
    assert found.mask[28, 28]
    assert not found.mask[6, 50]


def test_a_dark_rim_does_not_outweigh_the_spot_within_it() -> None:
    rim = np.where(disc(radius=0.48) < 0.4, 0.99, 0.0)
    found = segment(np.maximum(disc(), rim), above=0.5)
    assert found is not None
    assert found.mask[28, 28]
    assert not found.mask[0].any()


def test_holes_are_filled() -> None:
    chance = disc(radius=0.3)
    chance[26:30, 26:30] = 0
    found = segment(chance, above=0.5)
    assert found is not None
    assert found.mask[24:32, 24:32].all()


@pytest.mark.parametrize(
    "chance",
    [np.zeros((SIDE, SIDE)), disc(radius=0.02), disc(height=0.6)],
    ids=["nothing", "a speck", "no more than a guess"],
)
def test_what_is_not_plausible_gives_no_spot(chance: np.ndarray) -> None:
    assert segment(chance, above=0.5) is None


def test_a_photo_that_is_all_lesion_has_a_spot() -> None:
    assert share(np.ones((SIDE, SIDE))) == 1
