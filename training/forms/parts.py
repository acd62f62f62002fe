"""What a form's model can be made of: a logistic regression, boosted trees, a small network. Each says log-odds."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

WAYS = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}  # bounds of a weight that may only rise, only fall, or both


class Part(Protocol):
    """One of two labels against the other, learned from the features."""

    def odds(self, values: np.ndarray) -> np.ndarray:
        """Return log-odds, float64 (rows,), of features (rows, features), NaN where missing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Numbers cut to the range most people are in, some as logarithms, then standardised. All are float64 (features,)."""

    logged: np.ndarray  # bool
    low: np.ndarray
    high: np.ndarray
    middle: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, *, number: np.ndarray, logged: np.ndarray) -> "Scale":
        """Return the scale of these features; what is no number stays 0 or 1."""
        low, high = np.nanpercentile(values, 1, axis=0), np.nanpercentile(values, 99, axis=0)
        low, high = np.where(number, low, 0), np.where(number, high, 1)
        cut = np.clip(values, low, high)
        cut[:, logged] = np.log(cut[:, logged])
        middle, spread = np.nanmean(cut, axis=0), np.maximum(np.nanstd(cut, axis=0), 1e-6)
        return cls(
            logged=logged, low=low, high=high, middle=np.where(number, middle, 0), spread=np.where(number, spread, 1)
        )

    def design(self, values: np.ndarray) -> np.ndarray:
        """Return (rows, 2 × features + 1): standardised or 0, 1 where missing, and 1."""
        cut = np.clip(values, self.low, self.high)
        cut[:, self.logged] = np.log(cut[:, self.logged])
        missing = np.isnan(values)
        return np.column_stack([np.where(missing, 0, (cut - self.middle) / self.spread), missing, np.ones(len(values))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic regression with a weight for every missing answer. `weights` are of the scale's design."""

    scale: Scale
    weights: np.ndarray

    def odds(self, values: np.ndarray) -> np.ndarray:
        """Return log-odds, float64 (rows,)."""
        return np.asarray(self.scale.design(values) @ self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Boosted trees (Friedman 2001; Ke et al. 2017), each a table of nodes as scikit-learn keeps them."""

    model: HistGradientBoostingClassifier

    def odds(self, values: np.ndarray) -> np.ndarray:
        """Return log-odds, float64 (rows,)."""
        return np.asarray(self.model.decision_function(values))

    @property
    def start(self) -> float:
        """The log-odds that the trees' leaves are added to."""
        return float(np.ravel(self.model._baseline_prediction)[0])  # scikit-learn has no public way

    @property
    def nodes(self) -> list[np.ndarray]:
        """Every tree's nodes, as scikit-learn's structured arrays."""
        return [one[0].nodes for one in self.model._predictors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One hidden layer; only measured, not shipped."""

    scale: Scale
    model: MLPClassifier

    def odds(self, values: np.ndarray) -> np.ndarray:
        """Return log-odds, float64 (rows,)."""
        p = np.clip(self.model.predict_proba(self.scale.design(values))[:, 1], 1e-9, 1 - 1e-9)
        return np.asarray(np.log(p / (1 - p)))


def fit_logistic(
    values: np.ndarray,
    truth: np.ndarray,
    weight: np.ndarray,
    *,
    scale: Scale,
    monotonic: Sequence[int],
    ridge: float = 1.0,
) -> Logistic:
    """Return the regression with the least weighted loss plus `ridge` / 2 × |weights|², each weight with its sign."""
    x, sign = scale.design(values), 2.0 * truth - 1

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (x @ w)
        wrong = weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        free = np.append(w[:-1], 0)
        return float(weight @ np.logaddexp(0, -margin) + ridge / 2 * free @ free), ridge * free - wrong @ x

    bounds = [*(WAYS[direction] for direction in monotonic), *[WAYS[0]] * (len(monotonic) + 1)]
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    return Logistic(scale=scale, weights=found.x)


def fit_trees(
    values: np.ndarray, truth: np.ndarray, weight: np.ndarray, *, monotonic: Sequence[int], seed: int, **options: Any
) -> Trees:
    """Return boosted trees whose log-odds only rise, or only fall, in the features that `monotonic` says so of."""
    model = HistGradientBoostingClassifier(
        monotonic_cst=list(monotonic), early_stopping=False, random_state=seed, **options
    )
    return Trees(model=model.fit(values, truth, sample_weight=weight / weight.mean()))


def fit_network(values: np.ndarray, truth: np.ndarray, *, scale: Scale, seed: int) -> Network:
    """Return a network of 16 hidden units, 15 passes over the rows."""
    model = MLPClassifier(
        (16,),
        alpha=0.1,
        batch_size=128,
        learning_rate_init=3e-3,
        max_iter=15,
        tol=0,
        n_iter_no_change=99,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the passes are counted, not waited for
        return Network(scale=scale, model=model.fit(scale.design(values), truth))
