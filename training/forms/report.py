"""What a form's model is worth, from what it said out of fold; and the numbers its card decides by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.card import FormCard
from classifiers.metrics import (
    Drawn,
    Estimate,
    Statistic,
    balanced_accuracy,
    bootstrap,
    expected_calibration_error,
    macro_area_under_roc,
    share,
)
from classifiers.verdict import calibrated
from training.forms.model import FormRecipe
from training.forms.validation import ALL, NONE, OutOfFold
from training.thresholds import alarm_above, softmax, temperature, unsure_below

ROUNDS = 200  # of the bootstrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers a card decides by."""

    temperature: float
    unsure_below: float
    alarm_above: float

    def chances(self, logits: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities, float64 (…, labels)."""
        flat = logits.reshape(-1, logits.shape[-1])
        return calibrated(softmax(flat), temperature=self.temperature).reshape(logits.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said out of fold with some answers, by limits chosen on the other folds. All but truth (repeats, rows, …)."""

    truth: np.ndarray
    chance: np.ndarray
    sure: np.ndarray
    alarm: np.ndarray
    fold: np.ndarray


def choose(recipe: FormRecipe, card: FormCard, logits: np.ndarray, bare: np.ndarray, truth: np.ndarray) -> Limits:
    """Return the limits for logits (rows, labels) of these truths; `bare` are those without the answers that matter."""
    heat = temperature(logits, truth, np.ones(len(truth)))
    p, blind = (calibrated(softmax(one), temperature=heat).max(axis=1) for one in (logits, bare))
    ill = truth != card.codes.index(recipe.against)
    score = 1 - calibrated(softmax(logits), temperature=heat)[:, card.codes.index(recipe.against)]
    unsure = max(unsure_below(p, coverage=recipe.coverage), float(np.quantile(blind, 0.95)))
    return Limits(
        temperature=heat,
        unsure_below=min(unsure, 0.999),
        alarm_above=alarm_above(score, ill, sensitivity=recipe.sensitivity),
    )


def choose_on_all(recipe: FormRecipe, card: FormCard, found: OutOfFold) -> Limits:
    """Return the limits that are shipped: the median of what each repeat's out-of-fold logits ask for."""
    each = [
        choose(recipe, card, whole, bare, found.truth)
        for whole, bare in zip(found.logits[ALL], found.logits[NONE], strict=True)
    ]
    middle = {
        name: round(float(np.median([getattr(one, name) for one in each])), 4)
        for name in ("temperature", "unsure_below", "alarm_above")
    }
    return Limits(**middle)


def said(recipe: FormRecipe, card: FormCard, found: OutOfFold, given: str) -> Said:
    """Return what was said when these answers were given."""
    against, shape = card.codes.index(recipe.against), found.fold.shape
    chance, sure, alarm = np.zeros(found.logits[given].shape), np.zeros(shape, bool), np.zeros(shape, bool)
    for repeat, fold in enumerate(found.fold):
        whole, bare = found.logits[ALL][repeat], found.logits[NONE][repeat]
        for number in np.unique(fold):
            others, here = fold != number, fold == number
            limits = choose(recipe, card, whole[others], bare[others], found.truth[others])
            p = limits.chances(found.logits[given][repeat, here])
            chance[repeat, here] = p
            sure[repeat, here] = p.max(axis=1) >= limits.unsure_below
            alarm[repeat, here] = 1 - p[:, against] > limits.alarm_above
    return Said(truth=found.truth, chance=chance, sure=sure, alarm=alarm, fold=found.fold)


def figures(recipe: FormRecipe, card: FormCard, found: OutOfFold) -> dict[str, dict[str, dict[str, Any]]]:
    """Return {answers given: {figure: {value, sd, interval, n}}}. The interval is a bootstrap over unlike rows."""
    return {name: _figures(recipe, card, found, said(recipe, card, found, name)) for name in (ALL, *recipe.known)}


def _figures(recipe: FormRecipe, card: FormCard, found: OutOfFold, this: Said) -> dict[str, dict[str, Any]]:
    label, confidence = this.chance.argmax(axis=2), this.chance.max(axis=2)
    truth = np.broadcast_to(this.truth, label.shape)
    right, ill, every = label == truth, truth != card.codes.index(recipe.against), np.ones_like(this.sure)
    measured = {
        "balanced_accuracy": _by_fold(this.fold, balanced_accuracy.drawn, truth, label),
        "area_under_roc": _by_fold(this.fold, macro_area_under_roc.drawn, truth, this.chance),
        "alarm_sensitivity": _by_fold(this.fold, share.drawn, this.alarm, ill),
        "alarm_specificity": _by_fold(this.fold, share.drawn, ~this.alarm, ~ill),
        "share_sure": _by_fold(this.fold, share.drawn, this.sure, every),
        "accuracy_when_sure": _by_fold(this.fold, share.drawn, right, this.sure),
        "calibration_error": [_pooled(confidence, right)],
    }
    about = {"alarm_sensitivity": ill[0], "alarm_specificity": ~ill[0]}
    estimates = bootstrap(
        {name: Statistic(drawn=_mean(parts), about=about.get(name, every[0])) for name, parts in measured.items()},
        found.same,
        rounds=ROUNDS,
    )
    return {name: _record(estimate, measured[name], len(this.truth)) for name, estimate in estimates.items()}


def _record(estimate: Estimate, parts: Sequence[Drawn], rows: int) -> dict[str, Any]:
    """Return an estimate as plain data, with the standard deviation over its parts where there are several."""
    values = [part(np.ones((1, rows)))[0] for part in parts]
    return {
        "value": estimate.value,
        "sd": float(np.nanstd(values)) if len(values) > 1 else None,
        "interval": [estimate.low, estimate.high],
        "n": estimate.n,
    }


def _by_fold(fold: np.ndarray, measure: Callable[..., np.ndarray], *arrays: np.ndarray) -> list[Drawn]:
    """Return the measure of each fold of each repeat; `fold` and the arrays are (repeats, rows, …)."""
    places = [(repeat, np.flatnonzero(one == number)) for repeat, one in enumerate(fold) for number in np.unique(one)]
    return [_of_rows(measure, rows, [array[repeat, rows] for array in arrays]) for repeat, rows in places]


def _of_rows(measure: Callable[..., np.ndarray], rows: np.ndarray, arrays: Sequence[np.ndarray]) -> Drawn:
    return lambda weight: measure(weight[:, rows], *arrays)


def _mean(parts: Sequence[Drawn]) -> Drawn:
    return lambda weight: np.asarray(np.nanmean([part(weight) for part in parts], axis=0))


def _pooled(confidence: np.ndarray, right: np.ndarray) -> Drawn:
    """Return the calibration error of all repeats in one."""
    repeats = len(confidence)
    return lambda weight: expected_calibration_error.drawn(np.tile(weight, repeats), confidence.ravel(), right.ravel())
