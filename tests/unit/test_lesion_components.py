"""Which pixels hang together, and which are holes."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.lesion.components import connected_parts, fill_holes


def drawn(*rows: str) -> np.ndarray:
    return np.array([[mark != "." for mark in row] for row in rows])


def alike(found: np.ndarray, *rows: str) -> bool:
    """Say whether the numbers in `found` tell apart what the letters tell apart, and leave out the dots."""
    letters = np.array([list(row) for row in rows])
    pairs = set(zip(found.ravel().tolist(), letters.ravel().tolist(), strict=True))
    return len(pairs) == len(np.unique(found)) == len(np.unique(letters)) and ((found == 0) == (letters == ".")).all()


def test_parts_are_told_apart() -> None:
    picture = ("aa..b", "a...b", "...b.", "cc...", ".c..d")
    assert alike(connected_parts(drawn(*picture)), *picture)


def test_corners_touch_only_where_they_should() -> None:
    picture = ("a..b", ".cd.")
    assert alike(connected_parts(drawn(*picture), corners=False), "a..b", ".cc.")
    assert alike(connected_parts(drawn(*picture)), "a..a", ".aa.")


def test_arms_that_meet_later_are_one_part() -> None:
    picture = ("a.a.a", "a.a.a", "aaa.a", "....a", "aaaaa")
    assert alike(connected_parts(drawn(*picture), corners=False), "a.a.b", "a.a.b", "aaa.b", "....b", "bbbbb")


def test_a_row_does_not_run_on_in_the_next() -> None:
    assert alike(connected_parts(drawn("..a", "b..")), "..a", "b..")


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1)])
def test_nothing_and_everything(shape: tuple[int, int]) -> None:
    assert not connected_parts(np.zeros(shape, dtype=bool)).any()
    assert (connected_parts(np.ones(shape, dtype=bool)) == 1).all()


def test_every_pixel_has_the_number_of_those_beside_it() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        mask = rng.random((9, 11)) < rng.random()
        found = connected_parts(mask, corners=False)
        assert ((found > 0) == mask).all()
        for a, b in ((found[1:], found[:-1]), (found[:, 1:], found[:, :-1])):
            assert (a == b)[(a > 0) & (b > 0)].all()


def test_a_hole_is_filled_and_a_bay_is_not() -> None:
    ring = drawn(".....", ".###.", ".#.#.", ".###.", ".....")
    bay = drawn(".....", ".###.", ".#.#.", ".#.#.", ".....")
    assert fill_holes(ring)[2, 2]
    assert (fill_holes(bay) == bay).all()


def test_a_hole_behind_a_corner_is_a_hole() -> None:
    assert fill_holes(drawn("###.", "#.#.", "##.#"))[1, 1]
