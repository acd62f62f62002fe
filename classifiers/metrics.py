"""How good a model is: balanced accuracy, areas under the curve, calibration, and how sure one can be of each.

A measure called plainly gives one number, every case counting once. Its `drawn` gives as many as there are rows in
`weight`, float (rounds, cases): how often each case counts. That is how a thousand resamples cost one pass.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from typing import Concatenate, Generic, ParamSpec

import numpy as np

P = ParamSpec("P")
Drawn = Callable[[np.ndarray], np.ndarray]  # weight (rounds, cases) → the figure of each round (rounds,)
AT_ONCE = 2_000_000  # weights held in memory while resampling


class Measure(Generic[P]):
    """A measure of cases: call it for one number, or its `drawn` with weights first for one number a round."""

    def __init__(self, drawn: Callable[Concatenate[np.ndarray, P], np.ndarray]) -> None:
        self.drawn = drawn
        update_wrapper(self, drawn)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> float:
        """Return the figure with every case counting once. The first argument is (cases, …)."""
        return float(self.drawn(np.ones((1, len(args[0]))), *args, **kwargs)[0])  # type: ignore[arg-type]


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where the whole is nothing."""
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0))


def _mean_of_defined(values: np.ndarray) -> np.ndarray:
    """Return the mean of each row of (rounds, …) over what is not NaN; NaN where nothing is."""
    defined = np.isfinite(values)
    return _share(np.where(defined, values, 0).sum(axis=1), defined.sum(axis=1))


def _together(by_case: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the sums of the runs of cases that begin at `first`."""
    return by_case if len(first) == len(by_case) else np.add.reduceat(by_case, first, axis=0)


@Measure
def share(weight: np.ndarray, right: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the share of `among` that is `right`, both bool (cases,); NaN of nothing."""
    return _share(weight @ (right & among).astype(float), weight @ among.astype(float))


@Measure
def mean(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean of float (cases,)."""
    return np.asarray(weight @ values / weight.sum(axis=1))


@Measure
def balanced_accuracy(weight: np.ndarray, truth: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return the mean recall over the labels that occur in `truth`, in a round those it drew; both int (cases,)."""
    found, which = np.unique(truth, return_inverse=True)
    of_label = np.eye(len(found))[which]
    recall = _share(weight @ (of_label * (truth == label)[:, np.newaxis]), weight @ of_label)
    return _mean_of_defined(recall)


@Measure
def expected_calibration_error(
    weight: np.ndarray, confidence: np.ndarray, right: np.ndarray, *, bins: int = 15
) -> np.ndarray:
    """Return |confidence - accuracy|, averaged over equal-width bins by their size (Guo et al. 2017). Both (cases,)."""
    in_bin = np.eye(bins)[np.minimum((confidence * bins).astype(int), bins - 1)]
    gaps = weight @ (in_bin * (confidence - right)[:, np.newaxis])
    return _share(np.abs(gaps).sum(axis=1), weight.sum(axis=1))


@Measure
def area_under_roc(weight: np.ndarray, positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the chance that a positive case scores above a negative one, ties counting half; NaN without both. Both (cases,)."""
    order = np.argsort(score, kind="stable")
    _, first = np.unique(score[order], return_index=True)
    positive = positive[order].astype(bool)[:, np.newaxis]
    by_case = weight.T[order]  # case by case in memory: see `_draws`
    yes, no = _together(by_case * positive, first), _together(by_case * ~positive, first)
    below = np.cumsum(no, axis=0) - no / 2
    return _share((yes * below).sum(axis=0), yes.sum(axis=0) * no.sum(axis=0))


@Measure
def macro_area_under_roc(weight: np.ndarray, truth: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the mean area under ROC, one label against all others, over the labels in `truth`, in a round those it drew.

    `truth` int (cases,), `scores` (cases, labels).
    """
    areas = [area_under_roc.drawn(weight, truth == one, scores[:, one]) for one in np.unique(truth)]
    return _mean_of_defined(np.stack(areas, axis=1))


@Measure
def mean_area_under_roc(weight: np.ndarray, truth: np.ndarray, scores: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the mean area under ROC of labels that do not exclude each other, each over the cases where it is known.

    All (cases, labels), `truth` and `known` bool.
    """
    areas = [
        area_under_roc.drawn(weight[:, of], truth[of, at], scores[of, at]) for at, of in enumerate(known.T) if of.any()
    ]
    return _mean_of_defined(np.stack(areas, axis=1))


@Measure
def accuracy_of_surest(weight: np.ndarray, confidence: np.ndarray, right: np.ndarray, *, coverage: float) -> np.ndarray:
    """Return the accuracy on the share `coverage` of cases with the most confidence (El-Yaniv and Wiener 2010)."""
    order = np.argsort(-confidence, kind="stable")
    by_case = weight.T[order]
    kept = coverage * by_case.sum(axis=0)
    before = np.cumsum(by_case, axis=0) - by_case
    counted = np.clip(kept - before, 0, by_case)  # the case on the edge counts with the part that is inside
    return np.asarray(right[order].astype(by_case.dtype) @ counted / kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval, and the number of cases it stands on. NaN where it is not defined."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """Something to estimate: the figure per row of weights, and which cases it is about, bool (cases,)."""

    drawn: Drawn
    about: np.ndarray


def bootstrap(
    figures: Mapping[str, Statistic], groups: np.ndarray, *, rounds: int = 1000, seed: int = 1
) -> dict[str, Estimate]:
    """Return every figure with its 95 % interval when whole groups (lesions, patients) are drawn with replacement.

    Percentile bootstrap over clusters (Field and Welsh 2007), moved by its own bias (Efron and Tibshirani 1993, 10):
    resampling makes a calibration error larger, and losing a rare label a balanced accuracy. Rounds in which a figure is
    not defined are left out. Where all rounds agree on 0 or 1 the resamples know no better, and the bound is that of
    Clopper and Pearson (1934) for as many groups; of one group any other share may be anything. The figures are shares of
    one. `groups` is (cases,).
    """
    values = {name: float(figure.drawn(np.ones((1, len(groups))))[0]) for name, figure in figures.items()}
    _, group = np.unique(groups, return_inverse=True)
    found: dict[str, list[np.ndarray]] = {name: [] for name in figures}
    for weight in _draws(group, rounds, np.random.default_rng(seed)):
        for name, figure in figures.items():
            found[name].append(figure.drawn(weight))
    return {
        name: _estimate(values[name], np.concatenate(found[name]), figure.about, group)
        for name, figure in figures.items()
    }


def _draws(group: np.ndarray, rounds: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield weights (some rounds, cases), laid out case by case: sorting cases then moves whole rows of memory."""
    number = int(group.max(initial=-1)) + 1
    most = max(1, AT_ONCE // max(1, len(group)))
    for start in range(0, rounds, most):
        drawn = rng.multinomial(number, np.full(number, 1 / number), size=min(most, rounds - start))
        yield drawn.T.astype(np.float32)[group].T


def _estimate(value: float, rounds: np.ndarray, about: np.ndarray, group: np.ndarray) -> Estimate:
    n, defined = int(about.sum()), rounds[np.isfinite(rounds)]
    if not np.isfinite(value) or not len(defined):
        return Estimate(value=value, low=float("nan"), high=float("nan"), n=n)
    if np.ptp(defined) == 0 and value in {0.0, 1.0}:
        bound = 0.025 ** (1 / len(np.unique(group[about])))
        low, high = (bound, 1.0) if value == 1.0 else (0.0, 1 - bound)
    elif len(np.unique(group[about])) == 1:  # drawn again and again, one group is always itself
        low, high = 0.0, 1.0
    else:
        low, high = np.clip(np.percentile(defined, [2.5, 97.5]) + value - defined.mean(), 0, 1)
        low, high = (
            min(low, value),
            max(high, value),
        )  # where nearly all rounds agree, the bias is more than they spread
    return Estimate(value=value, low=float(low), high=float(high), n=n)
