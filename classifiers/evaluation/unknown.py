"""What is said of photos that show none of a model's labels: of rashes, by a model of spots."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from classifiers.card import Card
from classifiers.evaluation.figures import share_of
from classifiers.verdict import Finding

LEAST = 10  # photos of a subgroup: of fewer nothing is shown
TITLES = {
    "turned_away": "turned away as something else",
    "asked_again": "sent back to be taken again",
    "unsure": "no label is named",
    "sure": "some label is named surely",
    "sure_serious": "a label of the alarm is named surely",
    "urgent": "care is urgent",
}


def unknown_figures(findings: Sequence[Finding], groups: Sequence[str], card: Card) -> dict[str, Any]:
    """Return {name: {value, interval, n}} of TITLES, and `sure_of` by each label of the alarm; intervals over groups."""
    alarm = card.decision.alarm
    serious = alarm.labels if alarm else []
    _, group = np.unique(np.array(groups, dtype=str), return_inverse=True)

    def share(true: Iterable[bool]) -> dict[str, Any]:
        return share_of(np.array(list(true), dtype=bool), group)

    sure_of = {code: [one.outcome == "sure" and one.label == code for one in findings] for code in serious}
    return {
        "turned_away": share(one.outcome == "not_this" for one in findings),
        "asked_again": share(one.outcome == "retake" for one in findings),
        "unsure": share(one.outcome == "unsure" for one in findings),
        "sure": share(one.outcome == "sure" for one in findings),
        "sure_serious": share(one.outcome == "sure" and one.label in serious for one in findings),
        "urgent": share(one.care == "urgent" for one in findings),
        "sure_of": {code: share(true) for code, true in sure_of.items()},
    }


def by_subgroup(
    findings: Sequence[Finding], groups: Sequence[str], subgroups: Sequence[str | None], card: Card
) -> dict[str, Any]:
    """Return the figures of each known subgroup, under its n; of those with fewer than LEAST photos the n alone."""
    found: dict[str, Any] = {}
    for subgroup in sorted({one for one in subgroups if one}):
        at = [number for number, one in enumerate(subgroups) if one == subgroup]
        shown = unknown_figures([findings[one] for one in at], [groups[one] for one in at], card)
        found[subgroup] = {"n": len(at), **(shown if len(at) >= LEAST else {})}
    return found
