"""The project's own measures say what scikit-learn and SciPy say of the same cases, weighed and resampled."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from classifiers.metrics import (
    Statistic,
    area_under_roc,
    balanced_accuracy,
    bootstrap,
    expected_calibration_error,
    macro_area_under_roc,
    mean,
    share,
)

SEEDS = range(5)
CASES, LABELS = 200, 5


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Truth and label int (cases,), probabilities (cases, labels), with ties, and how often each case counts."""
    rng = np.random.default_rng(seed)
    truth = np.append(np.arange(LABELS), rng.integers(0, LABELS, CASES - LABELS))
    p = rng.dirichlet(np.ones(LABELS), CASES) + 0.5 * np.eye(LABELS)[truth] * rng.random((CASES, 1))
    p = np.round(p / p.sum(axis=1, keepdims=True), 2)
    weight = rng.integers(0, 4, CASES).astype(float)
    weight[:LABELS] = 1  # every label counts
    return truth, p.argmax(axis=1), p, weight


@pytest.mark.parametrize("seed", SEEDS)
def test_balanced_accuracy_is_scikit_learns(seed: int) -> None:
    truth, label, _, weight = drawn(seed)
    assert balanced_accuracy(truth, label) == pytest.approx(balanced_accuracy_score(truth, label))
    wanted = balanced_accuracy_score(truth, label, sample_weight=weight)
    assert balanced_accuracy.drawn(weight[np.newaxis], truth, label)[0] == pytest.approx(wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_accuracy_is_scikit_learns(seed: int) -> None:
    truth, label, _, weight = drawn(seed)
    wanted = accuracy_score(truth, label, sample_weight=weight)
    found = share.drawn(weight[np.newaxis], truth == label, np.ones(CASES, bool))[0]
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_under_roc_is_scikit_learns_ties_and_weights_included(seed: int) -> None:
    truth, _, p, weight = drawn(seed)
    for one in range(LABELS):
        positive = truth == one
        assert area_under_roc(positive, p[:, one]) == pytest.approx(roc_auc_score(positive, p[:, one]))
        wanted = roc_auc_score(positive, p[:, one], sample_weight=weight)
        assert area_under_roc.drawn(weight[np.newaxis], positive, p[:, one])[0] == pytest.approx(wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_macro_area_is_scikit_learns_mean_of_one_against_the_rest(seed: int) -> None:
    truth, _, p, weight = drawn(seed)
    indicator = np.eye(LABELS, dtype=int)[truth]
    assert macro_area_under_roc(truth, p) == pytest.approx(roc_auc_score(indicator, p, average="macro"))
    wanted = roc_auc_score(indicator, p, average="macro", sample_weight=weight)
    assert macro_area_under_roc.drawn(weight[np.newaxis], truth, p)[0] == pytest.approx(wanted)


def calibration_gap(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    """The expected calibration error as Guo et al. 2017 write it down, bin by bin."""
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = (confidence >= low) & ((confidence < high) | (number == bins - 1))
        if inside.any():
            total += inside.sum() / len(confidence) * abs(right[inside].mean() - confidence[inside].mean())
    return total


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bins", [10, 15])
def test_the_calibration_error_is_that_of_its_definition(seed: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    confidence = np.append(rng.random(CASES - 2), [0.0, 1.0])
    right = rng.random(CASES) < confidence
    found = expected_calibration_error(confidence, right, bins=bins)
    assert found == pytest.approx(calibration_gap(confidence, right, bins))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_a_mean_of_independent_cases_is_scipys(seed: int) -> None:
    values = np.random.default_rng(seed).beta(2, 3, CASES)
    figure = Statistic(drawn=lambda weight: mean.drawn(weight, values), about=np.ones(CASES, bool))
    found = bootstrap({"mean": figure}, np.arange(CASES), rounds=4000)["mean"]
    wanted = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=seed).confidence_interval
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.004)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_an_area_of_independent_cases_is_scipys(seed: int) -> None:
    truth, _, p, _ = drawn(seed)
    positive, score = truth == 1, p[:, 1]
    figure = Statistic(drawn=lambda weight: area_under_roc.drawn(weight, positive, score), about=positive)
    found = bootstrap({"area": figure}, np.arange(CASES), rounds=2000)["area"]
    wanted = stats.bootstrap(
        (positive, score), roc_auc_score, paired=True, vectorized=False, n_resamples=400, method="percentile", rng=seed
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_lesions_is_scipys_of_the_lesions_means(seed: int) -> None:
    """With as many photos of every lesion, drawing lesions is drawing their means."""
    by_lesion = np.random.default_rng(seed).beta(2, 3, (60, 3))
    figure = Statistic(drawn=lambda weight: mean.drawn(weight, by_lesion.ravel()), about=np.ones(180, bool))
    found = bootstrap({"mean": figure}, np.repeat(np.arange(60), 3), rounds=4000)["mean"]
    means = by_lesion.mean(axis=1)
    wanted = stats.bootstrap((means,), np.mean, n_resamples=4000, method="percentile", rng=seed).confidence_interval
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.006)


@pytest.mark.parametrize("n", [1, 2, 12, 200])
def test_the_bound_where_all_are_right_is_scipys_exact_one(n: int) -> None:
    everything = np.ones(n, bool)
    for right in (everything, ~everything):
        figure = Statistic(drawn=lambda weight, right=right: share.drawn(weight, right, everything), about=everything)
        found = bootstrap({"share": figure}, np.arange(n), rounds=50)["share"]
        wanted = stats.binomtest(int(right.sum()), n).proportion_ci(0.95, method="exact")
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
