"""Repeated cross-validation of a form's model: what it says of people it has not seen, with all answers and with few."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedKFold

from classifiers.card import FormCard
from training.forms.features import features_of, some_skipped, values_of, without
from training.forms.model import FittedForm, FormRecipe, fit
from training.forms.tables import Table
from training.thresholds import softmax

ALL = "all answers that the table has"
NONE = "without any of the answers that a finding needs"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfFold:
    """What was said of every row by models that had not seen it, nor a row with the same answers."""

    truth: np.ndarray  # int (rows,)
    same: np.ndarray  # int (rows,)
    fold: np.ndarray  # which part of its repeat a row was tested in, int (repeats, rows)
    logits: Mapping[str, np.ndarray]  # by which answers were given, float64 (repeats, rows, labels)
    worth: Mapping[str, float]  # by question: the mean log loss it saves, in nats
    shift: Mapping[str, float]  # by question drawn: how far skipping it alone moves the log-odds of the first label


def splits(truth: np.ndarray, same: np.ndarray, *, folds: int, repeats: int) -> np.ndarray:
    """Return in which fold each row is tested, int (repeats, rows): labels evenly spread, rows alike never parted."""
    _, first, which = np.unique(same, return_index=True, return_inverse=True)
    found = np.empty((repeats, len(truth)), dtype=int)
    for repeat in range(repeats):
        fold = np.empty(len(first), dtype=int)
        parts = StratifiedKFold(folds, shuffle=True, random_state=repeat).split(first, truth[first])
        for number, (_, tested) in enumerate(parts):
            fold[tested] = number
        found[repeat] = fold[which]
    return found


def cross_validate(recipe: FormRecipe, card: FormCard, table: Table, *, folds: int, repeats: int) -> OutOfFold:
    """Return what models say of each row of the table, all of whose truths are labels."""
    fold = splits(table.truth, table.same, folds=folds, repeats=repeats)
    values = values_of(table.numbers, features_of(card.questions, unused=recipe.unused))
    asked = [question.id for question in card.questions if question.id not in recipe.unused]
    answered = {ALL: asked, **recipe.known, NONE: [one for one in asked if one not in (recipe.needed or asked)]}
    logits = {name: np.zeros((*fold.shape, len(card.labels))) for name in answered}
    saved: dict[str, list[np.ndarray]] = {question: [] for question in asked}
    moved: dict[str, list[np.ndarray]] = {question: [] for question in recipe.drawn}
    for repeat, number, learn, test in _parts(fold):
        model = fit(recipe, card, values[learn], table.truth[learn], seed=repeat * folds + number)
        for name, given in answered.items():
            hidden = without(values[test], model.features, set(asked) - set(given))
            logits[name][repeat, test] = model.logits(hidden)
        skipped = some_skipped(values[test], model.features, asked, np.random.default_rng(repeat))
        for question, losses in _saved(model, values[test], skipped, table.truth[test]):
            saved[question].append(losses)
        for question in recipe.drawn:
            moved[question].append(_moved(model, values[test], question))
    worth, shift = ({name: float(np.concatenate(one).mean()) for name, one in each.items()} for each in (saved, moved))
    return OutOfFold(truth=table.truth, same=table.same, fold=fold, logits=logits, worth=worth, shift=shift)


def _parts(fold: np.ndarray) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Give repeat, number, the rows to learn from and the rows to test."""
    for repeat, numbers in enumerate(fold):
        for number in np.unique(numbers):
            yield repeat, int(number), np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)


def _saved(
    model: FittedForm, values: np.ndarray, skipped: np.ndarray, truth: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """Give for each question how much less the log loss of rows is with its answer than without it, some others skipped."""
    for question in dict.fromkeys(one.question for one in model.features):
        places = [at for at, one in enumerate(model.features) if one.question == question]
        rows = ~np.isnan(values[:, places[0]])
        given, missing = skipped[rows], skipped[rows]
        given[:, places], missing[:, places] = values[np.ix_(rows, places)], np.nan
        yield question, log_loss(model.logits(missing), truth[rows]) - log_loss(model.logits(given), truth[rows])


def _moved(model: FittedForm, values: np.ndarray, question: str) -> np.ndarray:
    """Return how far skipping a question moves the first label's log-odds against the last, of rows that answered it."""
    answered = values[~np.isnan(values[:, [one.question for one in model.features].index(question)])]
    given, missing = (model.logits(one) for one in (answered, without(answered, model.features, {question})))
    return np.asarray((missing[:, 0] - missing[:, -1]) - (given[:, 0] - given[:, -1]))


def log_loss(logits: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the loss of each row in nats, float64 (rows,)."""
    return np.asarray(-np.log(np.maximum(softmax(logits)[np.arange(len(truth)), truth], 1e-12)))
