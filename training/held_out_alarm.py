"""Other ways to raise the alarm: a limit for each camera, known or guessed, and other scores than the sum of percentages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from classifiers.metrics import area_under_roc
from training import thresholds
from training.data import CAMERAS
from training.early_heads import even
from training.held_out import (
    Answers,
    Known,
    above,
    as_shipped,
    calibration_of,
    cameras_of,
    folds_of,
    heads_of,
    log_odds,
)
from training.ship import ALARMING, SENSITIVITY, alarm_score

EXCLUDED = 0.05  # a camera that is less likely than this is excluded
_INNER = 5  # folds of what is learnt from, by which a strength is chosen and held-out scores are had
_COSTS = (10.0, 1.0, 0.1, 0.01)  # of a change of the score, to choose from
_DERMATOSCOPE = CAMERAS.index("dermatoscope")
Seen = Literal["percentages", "features", "heads"]


def of_camera(learnt: Known, asked: Known, *, known: bool) -> Answers:
    """Hold each photo's alarm against the limit of its camera, which is known, or weighed as it is guessed."""
    limits = _limits(_summed(learnt, learnt), learnt)
    chance = cameras_of(asked, known=known)
    limit = chance @ [limits.get(camera, 0.0) for camera in CAMERAS]
    return replace(as_shipped(learnt, asked), margin=above(_summed(learnt, asked), limit))


def of_likely_cameras(learnt: Known, asked: Known) -> Answers:
    """Hold each photo's alarm against the lowest limit of the cameras that are not excluded, of dermatoscopes the lowest of all."""
    limits = _limits(_summed(learnt, learnt), learnt)
    limits["dermatoscope"] = min(limits.values())
    limit = _lowest(limits, cameras_of(asked, known=False))
    return replace(as_shipped(learnt, asked), margin=above(_summed(learnt, asked), limit))


def regressed(learnt: Known, asked: Known, *, seen: Seen) -> Answers:
    """Move the alarm's score by a regression on percentages, features or heads, for all cameras alike; the lowest limit counts."""
    scores = _corrected(learnt, asked, seen=seen)
    return replace(as_shipped(learnt, asked), margin=above(scores.asked, min(_limits(scores.learnt, learnt).values())))


def regressed_apart(learnt: Known, asked: Known, *, seen: Seen, known: bool) -> Answers:
    """Move the score by such a regression where a dermatoscope is excluded, with the limits of the other cameras."""
    shipped, others = as_shipped(learnt, asked), learnt.only(learnt.cameras != CAMERAS[_DERMATOSCOPE])
    scores = _corrected(others, asked, seen=seen)
    chance = cameras_of(asked, known=known)
    own = above(scores.asked, _lowest(_limits(scores.learnt, others), chance))
    return replace(shipped, margin=np.where(chance[:, _DERMATOSCOPE] >= EXCLUDED, shipped.margin, own))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    learnt: np.ndarray  # float (n,), 0–1, each by what was fitted without it
    asked: np.ndarray  # float (m,), 0–1


def _corrected(learnt: Known, asked: Known, *, seen: Seen) -> _Scores:
    """Return scores by the regression that ranks best, of several strengths, in the cameras' mean on what it was not fitted on."""
    fold = folds_of(learnt.groups, _INNER)
    tried = {}
    for cost in _COSTS:
        score = np.empty(len(fold))
        for one in np.unique(fold):
            rows = fold == one
            score[rows] = _fitted(learnt.only(~rows), learnt.only(rows), seen=seen, cost=cost)
        tried[cost] = score
    best = max(_COSTS, key=lambda cost: _ranking(tried[cost], learnt))
    return _Scores(learnt=tried[best], asked=_fitted(learnt, asked, seen=seen, cost=best))


def _fitted(learnt: Known, asked: Known, *, seen: Seen, cost: float) -> np.ndarray:
    """Return how likely a malignant label is, float (n,), where every camera's malignant and other photos count alike.

    The log-odds of the summed percentages are scaled, and what is added to them by weights of what is seen is kept small.
    """
    given, wanted = _standardised(learnt, asked, seen=seen)
    base = [log_odds(alarm_score(thresholds.softmax(of.logits))) for of in (learnt, asked)]
    malignant = _malignant(learnt)
    weight = even(learnt.cameras, malignant)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        odds = values[0] * base[0] + values[1] + given @ values[2:]
        likelihood = (weight * (np.logaddexp(0, odds) - malignant * odds)).sum()
        error = weight * (1 / (1 + np.exp(-odds)) - malignant)
        slope = np.concatenate([[error @ base[0], error.sum()], given.T @ error + 2 * cost * values[2:]])
        return float(likelihood + cost * (values[2:] ** 2).sum()), slope

    start = np.concatenate([[1.0, 0.0], np.zeros(given.shape[1])])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return np.asarray(1 / (1 + np.exp(-(found[0] * base[1] + found[1] + wanted @ found[2:]))))


def _standardised(learnt: Known, asked: Known, *, seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Return what is seen of both by the mean and spread of those that are learnt from, float (n, …)."""
    sides = [_seen(of, seen) for of in (learnt, asked)]
    mean, spread = sides[0].mean(axis=0), sides[0].std(axis=0) + 1e-2
    return (sides[0] - mean) / spread, (sides[1] - mean) / spread


def _seen(of: Known, seen: Seen) -> np.ndarray:
    if seen == "heads":
        return heads_of(of).alarm
    return of.features if seen == "features" else np.log(thresholds.softmax(of.logits))


def _summed(learnt: Known, of: Known) -> np.ndarray:
    """Return the sum of the percentages of the labels that must not be missed, which is the score that ships, float (n,)."""
    return alarm_score(calibration_of(learnt)(of))


def _limits(score: np.ndarray, known: Known) -> dict[str, float]:
    """Return by camera the limit that is as sensitive as it must be there."""
    malignant = _malignant(known)
    return {
        str(one): thresholds.alarm_above(score[of], malignant[of], sensitivity=SENSITIVITY)
        for one in np.unique(known.cameras)
        for of in [known.cameras == one]
    }


def _lowest(limits: Mapping[str, float], chance: np.ndarray) -> np.ndarray:
    """Return the lowest limit of the cameras that are not excluded, float (n,); the lowest of all where all are."""
    by_camera = np.array([limits.get(camera, np.inf) for camera in CAMERAS])
    lowest = np.where(chance >= EXCLUDED, by_camera, np.inf).min(axis=1)
    return np.asarray(np.where(np.isfinite(lowest), lowest, by_camera.min()))


def _malignant(known: Known) -> np.ndarray:
    return np.isin(known.truth, ALARMING)


def _ranking(score: np.ndarray, known: Known) -> float:
    malignant = _malignant(known)
    cameras = [known.cameras == one for one in np.unique(known.cameras)]
    return float(np.mean([area_under_roc(malignant[of], score[of]) for of in cameras]))
