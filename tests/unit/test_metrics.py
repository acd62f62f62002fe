"""The figures that say how good a model is, held against cases one can count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.metrics import (
    Estimate,
    Statistic,
    accuracy_of_surest,
    area_under_roc,
    balanced_accuracy,
    bootstrap,
    expected_calibration_error,
    macro_area_under_roc,
    mean,
    share,
)

RNG = np.random.default_rng(5)
TRUTH = RNG.integers(0, 4, 80)
LABEL = np.where(RNG.random(80) < 0.7, TRUTH, RNG.integers(0, 4, 80))
CONFIDENCE = RNG.integers(1, 20, 80) / 20  # with ties
SCORES = RNG.integers(0, 9, (80, 4)) / 9
MEASURES = {
    "share": (share, (TRUTH == LABEL, CONFIDENCE > 0.4), {}),
    "mean": (mean, (CONFIDENCE,), {}),
    "balanced accuracy": (balanced_accuracy, (TRUTH, LABEL), {}),
    "calibration": (expected_calibration_error, (CONFIDENCE, TRUTH == LABEL), {}),
    "area": (area_under_roc, (TRUTH == 1, SCORES[:, 1]), {}),
    "macro area": (macro_area_under_roc, (TRUTH, SCORES), {}),
    "surest": (accuracy_of_surest, (CONFIDENCE, TRUTH == LABEL), {"coverage": 1.0}),
}


def estimate(value: np.ndarray, groups: np.ndarray, **settings: int) -> Estimate:
    figure = Statistic(drawn=lambda weight: mean.drawn(weight, value), about=np.ones(len(value), bool))
    return bootstrap({"mean": figure}, groups, **settings)["mean"]


def test_balanced_accuracy_counts_every_label_the_same() -> None:
    truth = np.array([0] * 90 + [1] * 10)
    assert balanced_accuracy(truth, np.zeros(100, int)) == pytest.approx(0.5)
    assert balanced_accuracy(truth, truth) == 1
    assert balanced_accuracy(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])) == pytest.approx((0.5 + 1 + 0) / 3)


def test_labels_that_never_occur_do_not_count() -> None:
    assert balanced_accuracy(np.array([0, 0]), np.array([0, 5])) == pytest.approx(0.5)


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    assert expected_calibration_error(np.full(10, 0.8), np.array([1] * 8 + [0] * 2)) == pytest.approx(0)
    assert expected_calibration_error(np.full(10, 0.8), np.zeros(10)) == pytest.approx(0.8)
    assert expected_calibration_error(np.array([1.0, 1.0, 0.5, 0.5]), np.array([1, 1, 0, 0])) == pytest.approx(0.25)


def test_a_confidence_of_one_has_a_bin() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_area_under_roc_is_the_share_of_pairs_in_the_right_order() -> None:
    positive = np.array([0, 0, 1, 1])
    assert area_under_roc(positive, np.array([0.1, 0.2, 0.3, 0.4])) == 1
    assert area_under_roc(positive, np.array([0.4, 0.3, 0.2, 0.1])) == 0
    assert area_under_roc(positive, np.array([0.1, 0.4, 0.35, 0.8])) == pytest.approx(0.75)
    assert area_under_roc(positive, np.zeros(4)) == pytest.approx(0.5)
    assert np.isnan(area_under_roc(np.ones(4), np.zeros(4)))


def test_area_under_roc_counts_ties_half_as_pair_by_pair() -> None:
    rng = np.random.default_rng(2)
    positive, score = rng.random(60) < 0.3, rng.integers(0, 6, 60)
    above = score[positive][:, None] - score[~positive][None, :]
    assert area_under_roc(positive, score) == pytest.approx(((above > 0) + (above == 0) / 2).mean())


def test_the_macro_area_leaves_out_labels_that_never_occur() -> None:
    scores = np.array([[0.9, 0.1, 0.5], [0.8, 0.2, 0.5], [0.1, 0.9, 0.5], [0.85, 0.05, 0.5]])
    truth = np.array([0, 0, 1, 1])
    assert macro_area_under_roc(truth, scores) == pytest.approx((0.75 + 0.5) / 2)


def test_the_surest_are_counted_first_and_the_edge_in_part() -> None:
    confidence, right = np.array([0.2, 0.9, 0.8, 0.4]), np.array([False, True, False, True])
    assert accuracy_of_surest(confidence, right, coverage=0.25) == 1
    assert accuracy_of_surest(confidence, right, coverage=0.5) == 0.5
    assert accuracy_of_surest(confidence, right, coverage=0.75) == pytest.approx(2 / 3)
    assert accuracy_of_surest(confidence, right, coverage=0.625) == pytest.approx(1.5 / 2.5)


@pytest.mark.parametrize("name", MEASURES)
def test_a_case_drawn_twice_counts_as_two_cases(name: str) -> None:
    measure, arrays, settings = MEASURES[name]
    weight = np.random.default_rng(6).integers(0, 4, (3, 80)).astype(float)
    drawn = measure.drawn(weight, *arrays, **settings)
    for row, value in zip(weight.astype(int), drawn, strict=True):
        assert value == pytest.approx(measure(*(np.repeat(array, row, axis=0) for array in arrays), **settings))


def test_the_bootstrap_draws_whole_groups() -> None:
    groups = np.repeat(np.arange(40), 5)
    value = np.repeat(np.random.default_rng(0).random(40), 5)  # the five of a group say the same
    together, alone = estimate(value, groups), estimate(value, np.arange(200))
    assert together.low < value.mean() < together.high
    assert together.high - together.low > 1.6 * (alone.high - alone.low)  # √5 in the long run
    assert together.n == 200


def test_the_bootstrap_is_the_same_for_the_same_seed_however_much_fits_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    value = np.random.default_rng(0).random(50)
    found = estimate(value, np.arange(50), rounds=200)
    assert found != estimate(value, np.arange(50), rounds=200, seed=2)
    monkeypatch.setattr("classifiers.metrics.AT_ONCE", 50 * 7)
    assert estimate(value, np.arange(50), rounds=200) == found


def test_groups_need_not_stand_together_nor_be_numbers() -> None:
    value = np.array([0.0, 1.0, 0.0, 1.0])
    apart, by_group = estimate(value, np.arange(4)), estimate(value, np.array(["b", "a", "b", "a"]))
    assert (by_group.low, by_group.high) == pytest.approx((0, 1), abs=0.05)
    assert (apart.value, by_group.value) == (0.5, 0.5)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    covered = []
    for _ in range(100):
        found = estimate((rng.random(60) < 0.7).astype(float), np.arange(60), rounds=300)
        covered.append(found.low <= 0.7 <= found.high)
    assert 0.88 <= np.mean(covered) <= 1


def test_a_dozen_cases_all_right_are_no_certainty() -> None:
    found = estimate(np.ones(12), np.arange(12))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.735, abs=0.001)  # Clopper and Pearson: 12 of 12
    assert estimate(np.zeros(12), np.repeat([1, 2], 6)).high == pytest.approx(0.842, abs=0.001)  # two lesions: 0 of 2


def test_a_calibration_error_lies_inside_its_interval() -> None:
    rng = np.random.default_rng(8)
    confidence = rng.uniform(0.3, 1, 200)
    right = rng.random(200) < confidence
    figure = Statistic(
        drawn=lambda weight: expected_calibration_error.drawn(weight, confidence, right), about=np.ones(200, bool)
    )
    found = bootstrap({"error": figure}, np.arange(200))["error"]
    assert found.low <= found.value <= found.high


def test_a_label_with_a_single_case_makes_the_interval_wide_and_not_one_sided() -> None:
    truth = np.array([0] * 30 + [1])
    figure = Statistic(drawn=lambda weight: balanced_accuracy.drawn(weight, truth, np.zeros(31, int)), about=truth >= 0)
    found = bootstrap({"balanced accuracy": figure}, np.arange(31))["balanced accuracy"]
    assert found.value == 0.5
    assert found.low < 0.4
    assert found.high > 0.6


def test_a_model_that_always_says_the_same_has_its_figure_inside_the_interval() -> None:
    truth = np.array([0, 0, 0, 1, 1, 1])
    figure = Statistic(drawn=lambda weight: balanced_accuracy.drawn(weight, truth, np.zeros(6, int)), about=truth >= 0)
    found = bootstrap({"balanced accuracy": figure}, np.arange(6))["balanced accuracy"]
    assert found.low <= found.value <= found.high


def test_one_group_alone_says_nothing_of_others() -> None:
    """One patient with three photos: drawn again, it is always itself."""
    found = estimate(np.array([True, True, False]), np.array(["one"] * 3))
    assert (found.low, found.high, found.n) == (0.0, 1.0, 3)
