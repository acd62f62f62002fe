"""The figures that say how good a model is, held against cases one can count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.measures import area_under_roc, balanced_accuracy, bootstrap, expected_calibration_error


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


def test_area_under_roc_counts_ties_half_as_pair_by_pair() -> None:
    rng = np.random.default_rng(2)
    positive, score = rng.random(60) < 0.3, rng.integers(0, 6, 60)
    above = score[positive][:, None] - score[~positive][None, :]
    assert area_under_roc(positive, score) == pytest.approx(((above > 0) + (above == 0) / 2).mean())


def test_the_bootstrap_draws_whole_groups() -> None:
    groups = np.repeat(np.arange(40), 5)
    value = np.repeat(np.random.default_rng(0).random(40), 5)  # the five of a group say the same
    low, high = bootstrap(lambda rows: float(value[rows].mean()), groups)
    alone_low, alone_high = bootstrap(lambda rows: float(value[rows].mean()), np.arange(200))
    assert low < value.mean() < high
    assert high - low > 1.6 * (alone_high - alone_low)  # √5 in the long run


def test_the_bootstrap_is_the_same_for_the_same_seed() -> None:
    value = np.random.default_rng(0).random(50)

    def interval(seed: int) -> tuple[float, float]:
        return bootstrap(lambda rows: float(value[rows].mean()), np.arange(50), rounds=200, seed=seed)

    assert interval(1) == interval(1)
    assert interval(1) != interval(2)


def test_groups_need_not_stand_together_nor_be_numbers() -> None:
    groups = np.array(["b", "a", "b", "a"])
    low, high = bootstrap(lambda rows: float(len(rows)), groups, rounds=50)
    assert (low, high) == (4, 4)
