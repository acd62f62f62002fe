"""What the gates learn from is what it says it is, and their limits keep their word."""

from pathlib import Path

import keras
import numpy as np
import pytest

from bot.cli.bench.sample_photos import draw_photo
from classifiers.photo.quality import measure
from training.data import LabelledPhoto
from training.gates import out_of_domain, rashes
from training.gates.altered import beside, onto
from training.gates.cameras import darker, through_another
from training.gates.degraded import KINDS, degrade
from training.gates.kept import kept
from training.gates.limits import of_not_this, scores
from training.gates.material import ExtractedFeatures, GateMaterial
from training.gates.network import learn
from training.gates.pictures import DARKER, DRAWN_RASH, ELSEWHERE, LESION, PLAIN_SKIN, RASH, Pictures
from training.gates.rash_probe import with_rashes
from training.gates.targets import CODES, not_this, retake
from training.gates.thresholds import half_wrong, limit
from training.gates.unseen import judge_unseen

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


@pytest.mark.parametrize("kind", rashes.KINDS)
def test_a_drawn_rash_changes_the_skin_in_places_and_repeats_with_its_seed(kind: str) -> None:
    skin = np.full((64, 64, 3), (220, 180, 160), dtype=np.uint8)
    first, second, third = (rashes.KINDS[kind](skin, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.shape == skin.shape and first.dtype == np.uint8
    assert (first != skin).any()
    assert np.array_equal(first, second)
    assert not np.array_equal(first, third)


def test_another_camera_shows_the_same_skin_at_the_asked_size_darker_or_lighter() -> None:
    seen = [through_another(PHOTO, np.random.default_rng(seed), size=48, furthest=3.0) for seed in range(30)]
    assert all(one.shape == (48, 48, 3) and one.dtype == np.uint8 for one in seen)
    light = [float(one.mean()) for one in seen]
    assert min(light) < 0.6 * PHOTO.mean() < PHOTO.mean() < max(light)


def test_darker_skin_loses_blue_before_red() -> None:
    values = np.full((2, 2, 3), 0.8, dtype=np.float32)
    red, green, blue = darker(values, 0.5)[0, 0]
    assert red == pytest.approx(0.4)
    assert red > green > blue > 0.2


def gate_material(seed: int = 1) -> GateMaterial:
    """Made-up features: lesions, rashes of three kinds, strange things; the first feature tells rashes, the second the strange."""
    rng = np.random.default_rng(seed)

    def some(kind: str, n: int, first: float, second: float, *, rows: np.ndarray | None = None) -> ExtractedFeatures:
        features = rng.normal(size=(n, 6)).astype(np.float32)
        features[:, :2] += (first, second)
        of = Pictures(
            pixels=np.empty((0,), dtype=np.uint8),
            kind=np.array([kind] * n, dtype=object),
            share=np.ones(n),
            row=np.arange(n) if rows is None else rows,
        )
        part = np.where(rng.random(n) < (0.05 if first == 0 else 0.6), 0, 1).astype(np.float32)
        return ExtractedFeatures(
            of=of, logits=features[:, :2], features=features, part=part, area=np.full(n, 0.2, dtype=np.float32)
        )

    def photo(at: int, camera: str, kind: str) -> LabelledPhoto:
        return LabelledPhoto(path=Path(f"{at}.jpg"), source="x", camera=camera, label="nv", group=kind)

    training = (
        some(LESION, 400, 0, 0),
        some(ELSEWHERE, 300, 0, 0),
        some("page", 200, 0, 5),
        some(DRAWN_RASH, 60, 3, 0),
    )
    return GateMaterial(
        training=training,
        rashes=some(RASH, 36, 4, 0, rows=np.repeat(np.arange(9), 4)),
        rash_photos=tuple(photo(at, "textbook", f"kind {at % 3}") for at in range(9)),
        good=some(LESION, 600, 0, 0),
        good_photos=tuple(photo(at, ("dermatoscope", "close-up", "phone")[at % 3], "lesion") for at in range(600)),
        spoiled=some("dim", 50, 0, 0),
        plain=some(PLAIN_SKIN, 40, 1, 1),
        wrong_from=dict.fromkeys(KINDS, 0.5),
    )


@pytest.fixture(scope="module")
def strange() -> keras.Model:
    """A gate that knows strange things from the second feature."""
    given = keras.Input((6,))
    dense = keras.layers.Dense(1)
    gate = keras.Model(given, dense(given))
    dense.set_weights([np.array([[0.0], [3.0], [0.0], [0.0], [0.0], [0.0]]), np.array([-7.0])])
    return gate


def test_a_gate_with_rashes_turns_them_and_strange_things_away_and_few_lesions(strange: keras.Model) -> None:
    material = gate_material()
    net = with_rashes(strange, material)
    found = of_not_this(net, material)
    assert np.mean(scores(net, material.rashes) > found["not_this_above"]) > 0.7
    assert np.mean(scores(net, material.training[2]) > found["not_this_above"]) > 0.7  # strange things
    lost = scores(net, material.good)[:, 0] > found["not_this_above"]
    assert lost.mean() <= 0.015
    single = found["single_lesion"]
    assert single["not_this_above"] <= found["doubtful_above"] + 10
    assert found["doubtful_above"] <= found["not_this_above"]
    doubted = scores(net, material.good)[:, 0] > found["doubtful_above"]
    assert all(doubted[at::3].mean() <= 0.085 for at in range(3))  # of every camera


def test_a_rash_is_judged_by_a_gate_that_never_saw_its_kind(strange: keras.Model) -> None:
    unseen = judge_unseen(strange, gate_material())
    assert [one.without for one in unseen] == ["rashes of kinds that were left out"] * 9 + [
        "rashes, when none was learnt from but drawn ones"
    ] * 9
    assert {one.photo.path.name for one in unseen[:9]} == {f"{at}.jpg" for at in range(9)}
    said = [{one.photo.path.name: one.not_this for one in some} for some in (unseen[:9], unseen[9:])]
    assert all(said[0][name] != said[1][name] for name in said[0])
    assert np.mean([one.not_this > one.decision["not_this_above"] for one in unseen[:9]]) > 0.5


def test_the_material_of_gates_is_made_once_and_read_as_it_was(tmp_path: Path) -> None:
    material = gate_material()
    photos = [*material.rash_photos, *material.good_photos]
    made: list[int] = []

    def make() -> GateMaterial:
        made.append(1)
        return material

    for _ in range(2):
        read = kept(tmp_path / "gates" / "material.npz", photos, make)
        assert np.array_equal(read.rashes.features, material.rashes.features)
        assert read.training[2].of.kind.tolist() == ["page"] * 200
        assert read.wrong_from == material.wrong_from
    assert made == [1]


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


def test_a_small_network_learns_what_is_asked_and_nothing_of_what_is_not() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(3600, 12)).astype(np.float32)
    truth = (features[:, :2] > 0).astype(np.float32)
    asked = truth.copy()
    asked[::2, 1] = -1  # half of the second output is not asked
    net = learn(features, asked, usual=features, hidden=16, epochs=30, seed=1)
    said = np.asarray(net.predict_on_batch(features))
    assert np.mean((said > 0) == (truth > 0)) > 0.93
    unfair = truth.copy()
    unfair[:, 1] = np.where(rng.random(3600) < 0.5, -1, 1)  # only ever yes, or not asked
    biased = learn(features, unfair, usual=features, hidden=16, epochs=30, seed=1)
    assert (np.asarray(biased.predict_on_batch(features))[:, 1] > 0).all()


def test_targets_say_what_each_picture_is_and_leave_open_what_cannot_be_known() -> None:
    kinds = [LESION, PLAIN_SKIN, "dim", "dim", "shaken", "page", "plain", DARKER, ELSEWHERE, RASH, DRAWN_RASH]
    pictures = Pictures(
        pixels=np.zeros((11, 8, 8, 3), dtype=np.uint8),
        kind=np.array(kinds, dtype=object),
        share=np.array([0, 0, 0.2, 0.9, 0.9, 0, 0, 0, 0, 0, 0]),
        row=np.zeros(11, dtype=int),
    )
    wrong_from = dict.fromkeys(KINDS, 0.5)
    assert not_this(pictures, wrong_from)[:, 0].tolist() == [0, -1, 0, -1, -1, 1, 1, 0, -1, -1, -1]
    found = {code: retake(pictures, wrong_from)[:, at].tolist() for at, code in enumerate(CODES)}
    assert found["dark"] == [0, 0, 0, 1, -1, 0, -1, -1, -1, -1, -1]
    assert found["blurred"] == [0, -1, 0, -1, 1, 0, -1, 0, -1, -1, -1]
    assert found["bright"] == [0, 0, 0, -1, -1, 0, -1, 0, -1, -1, -1]
    assert found["flat"] == [0, 1, 0, -1, -1, 0, 1, 0, -1, -1, -1]
