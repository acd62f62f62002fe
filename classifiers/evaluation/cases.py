"""What was found of photos beside what they are, as arrays that figures are computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from classifiers.card import Card
from classifiers.evaluation.truth import TruthRow
from classifiers.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Photos with known labels and what was found of them. All arrays are (cases,), unless they say otherwise."""

    codes: tuple[str, ...]  # the labels that are told apart
    truth: np.ndarray  # int, which of the codes
    label: np.ndarray  # int, which of the codes was found
    scores: np.ndarray  # float (cases, codes), calibrated probabilities
    confidence: np.ndarray  # float, of the label that was found
    group: np.ndarray  # str
    camera: np.ndarray  # str, empty where it is not known
    tone: np.ndarray  # str, empty where it is not known
    outcome: np.ndarray  # str
    alarm: np.ndarray  # bool
    alarm_score: np.ndarray  # float, what is held against the alarm's threshold
    malignant: np.ndarray  # bool, is of a label of the alarm
    has_alarm: bool  # whether the card has an alarm at all

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def right(self) -> np.ndarray:
        """Whether the label found is the true one."""
        return np.asarray(self.truth == self.label)

    def only(self, kept: np.ndarray) -> Self:
        """Return the cases of a mask, bool (cases,)."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return type(self)(
            **{name: value[kept] if isinstance(value, np.ndarray) else value for name, value in values.items()}
        )


def gather(found: Sequence[tuple[TruthRow, Finding]], card: Card, *, merged: Mapping[str, str]) -> Cases:
    """Return the cases. `merged` says which label counts as which other: the winner is renamed, probabilities are added."""
    codes = tuple(code for code in card.codes if code not in merged)
    alarm = card.decision.alarm
    serious = set(alarm.labels) if alarm else set()

    def number(code: str) -> int:
        return codes.index(merged.get(code, code))

    scores = np.zeros((len(found), len(codes)))
    for at, (_, finding) in enumerate(found):
        for code, probability in finding.probabilities.items():
            scores[at, number(code)] += probability
    rows, findings = [row for row, _ in found], [finding for _, finding in found]
    return Cases(
        codes=codes,
        truth=np.array([number(row.label) for row in rows], dtype=int),
        label=np.array([number(finding.label) for finding in findings], dtype=int),
        scores=scores,
        confidence=np.array([finding.confidence for finding in findings], dtype=float),
        group=np.array([row.group for row in rows], dtype=str),
        camera=np.array([row.camera or "" for row in rows], dtype=str),
        tone=np.array([row.tone or "" for row in rows], dtype=str),
        outcome=np.array([finding.outcome for finding in findings], dtype=str),
        alarm=np.array([finding.alarm for finding in findings], dtype=bool),
        alarm_score=np.array([sum(finding.probabilities[one] for one in serious) for finding in findings], dtype=float),
        malignant=np.array([row.label in serious for row in rows], dtype=bool),
        has_alarm=alarm is not None,
    )


def of_probabilities(
    p: np.ndarray, labels: Sequence[str], groups: Sequence[str], codes: Sequence[str], *, merged: Mapping[str, str]
) -> Cases:
    """Return the cases of a model that only says probabilities, float (cases, codes): without outcomes and alarm."""
    kept = tuple(code for code in codes if code not in merged)
    number = {code: kept.index(merged.get(code, code)) for code in codes}
    scores = np.zeros((len(p), len(kept)))
    for at, code in enumerate(codes):
        scores[:, number[code]] += p[:, at]
    unknown, no = np.full(len(p), ""), np.zeros(len(p), dtype=bool)
    return Cases(
        codes=kept,
        truth=np.array([number[label] for label in labels], dtype=int),
        label=np.array([number[codes[at]] for at in p.argmax(axis=1)], dtype=int),
        scores=scores,
        confidence=p.max(axis=1),
        group=np.array(groups, dtype=str),
        camera=unknown,
        tone=unknown,
        outcome=np.full(len(p), "sure"),
        alarm=no,
        alarm_score=np.zeros(len(p)),
        malignant=no,
        has_alarm=False,
    )
