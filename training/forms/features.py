"""What a form's model learns from: a number per question, or per option, NaN where the answer is missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.card.questions import Choice, Number, Question, input_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One column of the features."""

    question: str
    place: int  # of its value among the model's inputs
    known: tuple[int, ...]  # places whose sum is 1 when the answer is known, 0 when it is missing
    number: bool  # else it is 0 or 1


def features_of(questions: Sequence[Question], *, unused: Collection[str] = ()) -> tuple[Feature, ...]:
    """Return the features of a form in its order, but for those of `unused` questions, which the model does not look at."""
    found, start = [], 0
    for question in questions:
        end = start + input_width(question)
        values = range(start, end) if isinstance(question, Choice) else (start,)
        known = tuple(range(start, end)) if isinstance(question, Choice) else (start + 1,)
        number = isinstance(question, Number)
        if question.id not in unused:
            found += [Feature(question=question.id, place=at, known=known, number=number) for at in values]
        start = end
    return tuple(found)


def values_of(numbers: np.ndarray, features: Sequence[Feature]) -> np.ndarray:
    """Return the features, float64 (rows, features), of the model's inputs, float32 (rows, numbers)."""
    known = np.stack([numbers[:, list(one.known)].sum(axis=1) for one in features], axis=1)
    return np.where(known > 0, numbers[:, [one.place for one in features]], np.nan).astype(np.float64)


def without(values: np.ndarray, features: Sequence[Feature], questions: Collection[str]) -> np.ndarray:
    """Return the features with some questions unanswered."""
    hidden = np.array([one.question in questions for one in features])
    return np.where(hidden, np.nan, values)


def some_skipped(
    values: np.ndarray,
    features: Sequence[Feature],
    questions: Collection[str],
    rng: np.random.Generator,
    *,
    rows: float = 1.0,
) -> np.ndarray:
    """Return the features with some answers to `questions` missing: a share of the `rows` skip a share, any alike likely."""
    asked = list(dict.fromkeys(one.question for one in features))
    share = rng.random((len(values), 1)) * (rng.random((len(values), 1)) < rows)
    skipped = (rng.random((len(values), len(asked))) < share) & np.isin(asked, list(questions))
    return np.where(skipped[:, [asked.index(one.question) for one in features]], np.nan, values)


def drawn(
    values: np.ndarray, features: Sequence[Feature], questions: Collection[str], rng: np.random.Generator
) -> np.ndarray:
    """Return the features with missing answers to `questions` replaced by those of rows drawn at random."""
    filled = values.copy()
    for at, one in enumerate(features):
        missing = np.isnan(filled[:, at])
        if one.question in questions and missing.any() and not missing.all():
            filled[missing, at] = rng.choice(filled[~missing, at], int(missing.sum()))
    return filled
