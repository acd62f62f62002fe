"""How good a model is: balanced accuracy, areas under the curve, calibration, and how sure one can be of each."""

from collections.abc import Callable

import numpy as np


def balanced_accuracy(truth: np.ndarray, label: np.ndarray) -> float:
    """Return the mean recall over the labels that occur in `truth`; both int (cases,)."""
    return float(np.mean([np.mean(label[truth == one] == one) for one in np.unique(truth)]))


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, *, bins: int = 15) -> float:
    """Return |confidence - accuracy|, averaged over equal-width bins by their size (Guo et al. 2017). Both (cases,)."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[where == one].mean() - right[where == one].mean()) * np.mean(where == one)
        for one in np.unique(where)
    ]
    return float(np.sum(gaps))


def area_under_roc(positive: np.ndarray, score: np.ndarray) -> float:
    """Return the chance that a positive case scores above a negative one, ties counting half; NaN without both. Both (cases,)."""
    _, rank, count = np.unique(score, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - (count - 1) / 2)[rank]
    positive = positive.astype(bool)
    n, m = int(positive.sum()), int((~positive).sum())
    if not n or not m:
        return float("nan")
    return float((middle[positive].sum() - n * (n + 1) / 2) / (n * m))


def bootstrap(
    figure: Callable[[np.ndarray], float], groups: np.ndarray, *, rounds: int = 1000, seed: int = 1
) -> tuple[float, float]:
    """Return the 95 % interval of `figure(rows)` when whole groups (lesions, patients) are drawn with replacement.

    Draws in which the figure is not defined (NaN) are left out. Percentile bootstrap over clusters (Field and Welsh
    2007). `groups` is (cases,).
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    _, first, count = np.unique(groups[order], return_index=True, return_counts=True)
    rows_of = [order[start : start + n] for start, n in zip(first, count, strict=True)]
    found = [
        figure(np.concatenate([rows_of[at] for at in rng.integers(len(rows_of), size=len(rows_of))]))
        for _ in range(rounds)
    ]
    low, high = np.percentile([value for value in found if np.isfinite(value)] or [np.nan], [2.5, 97.5])
    return float(low), float(high)
