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
    subgroup: np.ndarray  # str, empty where it is not known
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
    number = _numbers(card.codes, merged)
    serious = set(card.decision.alarm.labels) if card.decision.alarm else set()
    rows, findings = [row for row, _ in found], [finding for _, finding in found]
    p = np.array([[finding.probabilities.get(code, 0.0) for code in number] for finding in findings])
    return Cases(
        codes=_kept(card.codes, merged),
        truth=np.array([number[merged.get(row.label, row.label)] for row in rows], dtype=int),
        label=np.array([number[finding.label] for finding in findings], dtype=int),
        scores=_scores(p.reshape(len(found), len(number)), number),
        confidence=np.array([finding.confidence for finding in findings], dtype=float),
        group=np.array([row.group for row in rows], dtype=str),
        camera=np.array([row.camera or "" for row in rows], dtype=str),
        subgroup=np.array([row.subgroup or "" for row in rows], dtype=str),
        outcome=np.array([finding.outcome for finding in findings], dtype=str),
        alarm=np.array([finding.alarm for finding in findings], dtype=bool),
        alarm_score=np.array([sum(finding.probabilities[one] for one in serious) for finding in findings], dtype=float),
        malignant=np.array([row.label in serious for row in rows], dtype=bool),
        has_alarm=card.decision.alarm is not None,
    )


def _kept(codes: Sequence[str], merged: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code not in merged)


def _numbers(codes: Sequence[str], merged: Mapping[str, str]) -> dict[str, int]:
    """Return which of the kept codes each code counts as."""
    kept = _kept(codes, merged)
    return {code: kept.index(merged.get(code, code)) for code in codes}


def _scores(p: np.ndarray, number: Mapping[str, int]) -> np.ndarray:
    """Return probabilities (cases, kept codes) from those of all codes, added up where several count as one."""
    scores = np.zeros((len(p), max(number.values()) + 1))
    for at, one in enumerate(number.values()):
        scores[:, one] += p[:, at]
    return scores


def of_probabilities(
    p: np.ndarray, labels: Sequence[str], groups: Sequence[str], codes: Sequence[str], *, merged: Mapping[str, str]
) -> Cases:
    """Return the cases of a model that only says probabilities, float (cases, codes): without outcomes and alarm."""
    number = _numbers(codes, merged)
    unknown, no = np.full(len(p), ""), np.zeros(len(p), dtype=bool)
    return Cases(
        codes=_kept(codes, merged),
        truth=np.array([number[label] for label in labels], dtype=int),
        label=np.array([number[codes[at]] for at in p.argmax(axis=1)], dtype=int),
        scores=_scores(p, number),
        confidence=p.max(axis=1),
        group=np.array(groups, dtype=str),
        camera=unknown,
        subgroup=unknown,
        outcome=np.full(len(p), "sure"),
        alarm=no,
        alarm_score=np.zeros(len(p)),
        malignant=no,
        has_alarm=False,
    )
