"""A form's model: for every label but one, the log-odds against that one, as the mean of a few parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.card import FormCard
from training.forms.features import Feature, drawn, features_of, some_skipped, without
from training.forms.parts import Part, Scale, fit_logistic, fit_network, fit_trees
from training.forms.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecipe:
    """What differs between the form models. All was chosen by the measurements in the model cards."""

    module: str  # the recipe's own, for the command that the model card names
    read: Callable[[Path, FormCard], Table]
    words: str  # of the model card: what the model is for, what not, the data and their licence
    people: str  # whom it learned from, in a line
    choices: str  # of the model card: how the model was chosen
    failures: str  # of the model card: what it is known to do badly
    against: str  # the label that the others' log-odds are against
    parts: tuple[str, ...]  # logistic, trees, network: the model is the mean of these
    trees: Mapping[str, Any]  # scikit-learn's options
    monotonic: Mapping[
        str, Mapping[str, int]
    ]  # label → question → 1 if more of it never speaks against the label, or -1
    known: Mapping[str, tuple[str, ...]]  # in words → the questions that some people can answer, to be measured too
    needed: tuple[str, ...] = ()  # questions without any of which a finding is never sure; none named: all
    logged: tuple[str, ...] = ()  # questions the regression takes the logarithm of
    unused: tuple[str, ...] = ()  # questions the model does not look at
    drawn: tuple[str, ...] = ()  # questions that the table lacks for reasons of its own
    copies: tuple[int, int] = (2, 1)  # of every row to learn from: as it is, and with answers skipped
    balance: float = 0.0  # rows weigh as their label's number to the minus this: 0 all alike, 1 all labels alike
    coverage: float = 0.9  # the share of people a winner is named for, at most
    sensitivity: float = 0.93  # of the alarm, at its lower 95 % bound


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedForm:
    """Parts by label. With log-odds against one label, the others' multinomial logits (Begg and Gray 1984)."""

    features: tuple[Feature, ...]
    labels: int
    parts: Mapping[int, Sequence[Part]] = field(default_factory=dict)  # label → parts; the label against has none

    def logits(self, values: np.ndarray) -> np.ndarray:
        """Return float64 (rows, labels) of features (rows, features), NaN where missing."""
        logits = np.zeros((len(values), self.labels))
        for label, parts in self.parts.items():
            logits[:, label] = np.mean([part.odds(values) for part in parts], axis=0)
        return logits


def fit(recipe: FormRecipe, card: FormCard, values: np.ndarray, truth: np.ndarray, *, seed: int) -> FittedForm:
    """Return the model learned from features (rows, features) and labels' places (rows,)."""
    rng, features = np.random.default_rng(seed), features_of(card.questions, unused=recipe.unused)
    if recipe.needed:  # who has none of these was not examined: what is said of them is not of their answers
        examined = ~np.isnan(without(values, features, _others(recipe, features))).all(axis=1)
        values, truth = values[examined], truth[examined]
    x = np.concatenate(list(_copies(recipe, features, values, rng)))
    y = np.tile(truth, sum(recipe.copies))
    count = np.bincount(truth, minlength=len(card.labels))
    weight = np.where(count > 0, np.maximum(count, 1.0) ** -recipe.balance, 0)[y] / sum(recipe.copies)
    scale = _scale(recipe, features, values)
    against, parts = card.codes.index(recipe.against), {}
    for label, code in enumerate(card.codes):
        if label != against:
            rows = (y == against) | (y == label)
            monotonic = [recipe.monotonic.get(code, {}).get(one.question, 0) for one in features]
            learn = partial(_part, recipe=recipe, scale=scale, monotonic=monotonic, seed=seed)
            parts[label] = [learn(kind, x[rows], y[rows] == label, weight[rows]) for kind in recipe.parts]
    return FittedForm(features=features, labels=len(card.labels), parts=parts)


def _scale(recipe: FormRecipe, features: Sequence[Feature], values: np.ndarray) -> Scale:
    return Scale.of(
        values,
        number=np.array([one.number for one in features]),
        logged=np.array([one.question in recipe.logged for one in features]),
    )


def _copies(
    recipe: FormRecipe, features: Sequence[Feature], values: np.ndarray, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Give the rows as they are, and with answers skipped that matter.

    What else may be missing is missing equally often in both: else it would tell the trees which of the two it is.
    """
    others = _others(recipe, features)
    needed = {one.question for one in features} - others
    for number in range(sum(recipe.copies)):
        copy = some_skipped(values, features, others, rng, rows=0.5)
        if number >= recipe.copies[0]:
            copy = some_skipped(drawn(copy, features, recipe.drawn, rng), features, needed, rng)
        yield copy


def _others(recipe: FormRecipe, features: Sequence[Feature]) -> set[str]:
    """Return the questions that a finding can do without."""
    asked = {one.question for one in features}
    return asked - set(recipe.needed or asked)


def _part(
    kind: str,
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    *,
    recipe: FormRecipe,
    scale: Scale,
    monotonic: Sequence[int],
    seed: int,
) -> Part:
    if kind == "logistic":
        return fit_logistic(
            x, y, weight * len(weight) / weight.sum() / sum(recipe.copies), scale=scale, monotonic=monotonic
        )
    if kind == "trees":
        return fit_trees(x, y, weight, monotonic=monotonic, seed=seed, **recipe.trees)
    return fit_network(x, y, scale=scale, seed=seed)
