"""Findings counted by disease and week, of which nobody's row is kept."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

COUNTED = (
    "id",
    "time",
    "disease",
    "model",
    "outcome",
    "label",
    "alarm",
    "milliseconds",
    "feedback",
    "photos",
)  # columns
TURNED_AWAY = ("not_this", "retake")  # outcomes without a label


@dataclass(slots=True)
class Counts:
    """Findings of one disease in one week, or in all."""

    outcomes: Counter[str] = field(default_factory=Counter)
    alarms: int = 0  # of what was judged
    milliseconds: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def findings(self) -> int:
        """How many there are."""
        return self.outcomes.total()

    @property
    def judged(self) -> int:
        """How many have a label, or would have one if the model were surer."""
        return self.findings - sum(self.outcomes[outcome] for outcome in TURNED_AWAY)

    def share(self, outcome: str) -> float:
        """Return the share of the findings with this outcome; 0 where there are none."""
        return self.outcomes[outcome] / self.findings if self.findings else 0.0

    @property
    def alarm_share(self) -> float:
        """The share of what was judged for which the alarm was raised; 0 where nothing was."""
        return self.alarms / self.judged if self.judged else 0.0

    def add(self, outcome: str, *, alarm: bool, milliseconds: float) -> None:
        """Count a finding."""
        self.outcomes[outcome] += 1
        self.alarms += alarm and outcome not in TURNED_AWAY
        self.milliseconds.append(milliseconds)


@dataclass(slots=True)
class DiseaseTally:
    """What was found of one disease: by week (2026-W09), by model version, and what people said of it, by label."""

    total: Counts = field(default_factory=Counts)
    weeks: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    models: Counter[str] = field(default_factory=Counter)
    feedback: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class Tally:
    """All diseases of a journal."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.diseases: defaultdict[str, DiseaseTally] = defaultdict(DiseaseTally)

    def add(self, rows: Iterable[Any]) -> None:
        """Count rows of `Journal.pages`, which have what is `COUNTED`."""
        for row in rows:
            disease = self.diseases[row.disease]
            if row.photos is None:  # of several photos together each is counted by itself, as in a model card
                for counts in (disease.total, disease.weeks[week(row.time[:10])]):
                    counts.add(row.outcome, alarm=row.alarm, milliseconds=row.milliseconds)
                disease.models[row.model] += 1
            if row.feedback:
                disease.feedback[row.label or "none"][row.feedback] += 1


@lru_cache
def week(day: str) -> str:
    """Return the ISO week of a day, 2026-W09."""
    year, number, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{number:02}"
