"""What the gates learn from is what it says it is, and their limits keep their word."""

from pathlib import Path

import numpy as np
import pytest

from bot.cli.bench.sample_photos import draw_photo
from classifiers.photo.quality import measure
from training.gates import out_of_domain
from training.gates.altered import beside, onto
from training.gates.degraded import KINDS, degrade
from training.gates.features import learn
from training.gates.pictures import DARKER, LESION, PLAIN_SKIN, Pictures
from training.gates.recipe import for_limits
from training.gates.targets import CODES, not_this, retake
from training.gates.thresholds import half_wrong, limit

PHOTO = np.asarray(draw_photo(64, 64, seed=1))
OTHER = np.asarray(draw_photo(64, 64, seed=2))


@pytest.mark.parametrize("kind", out_of_domain.KINDS)
def test_a_stranger_has_the_asked_size_repeats_with_its_seed_and_is_another_with_another(kind: str) -> None:
    drawn = [
        out_of_domain.draw(kind, np.random.default_rng(seed), size=64, photos=[PHOTO, OTHER])
        for seed in (1, 2, 3, 4, 1)
    ]
    assert all(one.shape == (64, 64, 3) and one.dtype == np.uint8 for one in drawn)
    assert np.array_equal(drawn[0], drawn[-1])
    assert any(not np.array_equal(drawn[0], one) for one in drawn[1:4])


@pytest.mark.parametrize("name", KINDS)
def test_the_further_a_photo_is_spoiled_the_less_it_is_like_itself(name: str) -> None:
    kind = KINDS[name]
    spoiled = [degrade(PHOTO, kind, share, np.random.default_rng(1)) for share in (0.0, 0.5, 1.0)]
    off = [float(np.abs(one.astype(float) - PHOTO).mean()) for one in spoiled]
    assert off == sorted(off)
    light = [measure(one, side=64).light for one in spoiled]
    wanted = {"dark": light[2] < light[1] < light[0], "bright": light[0] < light[1] < light[2]}
    assert wanted.get(kind.code, abs(light[2] - light[0]) < 0.05)


def test_a_photo_spoiled_by_the_same_seed_is_the_same() -> None:
    for kind in KINDS.values():
        first, second = (degrade(PHOTO, kind, 0.4, np.random.default_rng(5)) for _ in range(2))
        assert np.array_equal(first, second)


def test_plain_skin_has_nothing_of_the_lesion_in_it() -> None:
    pixels = np.full((64, 64, 3), (220, 180, 160), dtype=np.uint8)
    pixels[20:40, 24:44] = (40, 20, 10)
    lesion = (pixels == (40, 20, 10)).all(axis=2)
    pieces = [beside(pixels, lesion, np.random.default_rng(seed)) for seed in range(20)]
    found = [np.asarray(piece) for piece in pieces if piece is not None]
    assert len(found) > 10
    assert all(piece.min() > 100 for piece in found)
    for seed in range(20):
        assert np.asarray(onto(pixels, lesion, np.random.default_rng(seed))).min() < 100


def test_there_is_no_plain_skin_where_the_lesion_is_everywhere_or_all_is_black() -> None:
    assert beside(PHOTO, np.ones((64, 64), dtype=bool), np.random.default_rng(1)) is None
    assert beside(np.zeros((64, 64, 3), dtype=np.uint8), None, np.random.default_rng(1)) is None


def test_the_point_from_where_on_half_is_wrong_is_found() -> None:
    rng = np.random.default_rng(1)
    share = rng.random(4000)
    right = rng.random(4000) < 1 / (1 + np.exp(12 * (share - 0.37)))
    assert half_wrong(share, right) == pytest.approx(0.37, abs=0.03)


def test_what_never_gets_half_wrong_is_bad_only_at_its_end() -> None:
    share = np.linspace(0, 1, 500)
    assert half_wrong(share, np.ones(500, dtype=bool)) == pytest.approx(0.98)
    assert half_wrong(share, np.zeros(500, dtype=bool)) == pytest.approx(0.02)


def test_a_limit_loses_no_more_good_photos_than_it_may() -> None:
    rng = np.random.default_rng(2)
    good, dermatoscope = rng.normal(size=4000), np.arange(4000) < 2000
    good[~dermatoscope] += 0.5
    found = limit(good, dermatoscope, lost=0.01, bad=rng.normal(1, 1, 500))
    assert np.mean(good[dermatoscope] > found) <= 0.01
    assert np.mean(good[~dermatoscope] > found) <= 0.021


def test_a_limit_stands_half_way_to_what_is_far_beyond() -> None:
    good = np.linspace(0, 1, 1001)
    assert limit(good, good < 2, lost=0.01, bad=np.full(100, 9.0)) == pytest.approx((0.99 + 9) / 2, abs=0.01)


def test_a_half_of_the_everyday_photos_is_kept_for_the_figures() -> None:
    files = [Path(f"thing_{number}.webp") for number in range(400)]
    chosen = for_limits(files)
    assert chosen == for_limits(reversed(files))
    assert 150 < len(chosen) < 250


def test_a_small_network_learns_what_is_asked_and_nothing_of_what_is_not() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(900, 12)).astype(np.float32)
    truth = (features[:, :2] > 0).astype(np.float32)
    asked = truth.copy()
    asked[::2, 1] = -1  # half of the second output is not asked
    net = learn(features, asked, usual=features, hidden=16, epochs=120, seed=1)
    said = np.asarray(net.predict_on_batch(features))
    assert np.mean((said > 0) == (truth > 0)) > 0.93
    unfair = truth.copy()
    unfair[:, 1] = np.where(rng.random(900) < 0.5, -1, 1)  # only ever yes, or not asked
    biased = learn(features, unfair, usual=features, hidden=16, epochs=120, seed=1)
    assert (np.asarray(biased.predict_on_batch(features))[:, 1] > 0).all()


def test_targets_say_what_each_picture_is_and_leave_open_what_cannot_be_known() -> None:
    kinds = [LESION, PLAIN_SKIN, "dim", "dim", "shaken", "page", "plain", DARKER]
    pictures = Pictures(
        pixels=np.zeros((8, 8, 8, 3), dtype=np.uint8),
        kind=np.array(kinds, dtype=object),
        share=np.array([0, 0, 0.2, 0.9, 0.9, 0, 0, 0]),
        row=np.zeros(8, dtype=int),
    )
    wrong_from = dict.fromkeys(KINDS, 0.5)
    assert not_this(pictures, wrong_from)[:, 0].tolist() == [0, -1, 0, -1, -1, 1, 1, 0]
    found = {code: retake(pictures, wrong_from)[:, at].tolist() for at, code in enumerate(CODES)}
    assert found["dark"] == [0, 0, 0, 1, -1, 0, -1, -1]
    assert found["blurred"] == [0, -1, 0, -1, 1, 0, -1, 0]
    assert found["bright"] == [0, 0, 0, -1, -1, 0, -1, 0]
    assert found["flat"] == [0, 1, 0, -1, -1, 0, 1, 0]
