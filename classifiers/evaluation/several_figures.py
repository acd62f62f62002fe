"""The figures of a model whose labels do not exclude each other: each label by itself, with its 95 % interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.evaluation.figures import record
from classifiers.metrics import (
    Statistic,
    area_under_roc,
    bootstrap,
    expected_calibration_error,
    mean_area_under_roc,
    share,
)
from classifiers.verdict import Finding

SEVERAL_TITLES = {
    "macro_auc": "macro AUC",
    "all_right": "photos of which every label is right",
    "wrongly_rejected": "real photos turned away by the gates",
}
OF_LABEL = {
    "auc": "AUC",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "calibration_error": "ECE, 15 bins",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralCases:
    """Photos of which it is known which labels they have, beside what was found. Arrays are (cases, labels) but the last two."""

    codes: tuple[str, ...]
    known: np.ndarray  # bool, whether it is known of the label
    truth: np.ndarray  # bool, has the label; False where that is not known
    scores: np.ndarray  # float, calibrated probabilities
    found: np.ndarray  # bool, at least the label's threshold, whatever the gates say
    rejected: np.ndarray  # bool (cases,), turned away by the gates
    group: np.ndarray  # str (cases,)


def gather_several(
    has: Sequence[Mapping[str, bool]],
    findings: Sequence[Finding],
    groups: Sequence[str],
    thresholds: Mapping[str, float],
) -> SeveralCases:
    """Return the cases; `thresholds` are the card's, in its order."""
    codes = tuple(thresholds)
    scores = np.array([[finding.probabilities[code] for code in codes] for finding in findings])
    return SeveralCases(
        codes=codes,
        known=np.array([[code in one for code in codes] for one in has]),
        truth=np.array([[one.get(code, False) for code in codes] for one in has]),
        scores=scores,
        found=scores >= np.array(list(thresholds.values())),
        rejected=np.array([not finding.is_judged for finding in findings]),
        group=np.array(groups, dtype=str),
    )


def several_figures(cases: SeveralCases) -> dict[str, Any]:
    """Return {name: {value, interval, n}} of SEVERAL_TITLES, and by label those of OF_LABEL under `by_label`.

    The n of a sensitivity or an area are the photos that have the label. A value that is not defined is None.
    """
    everything = np.ones(len(cases.group), dtype=bool)
    all_right = ((cases.found == cases.truth) | ~cases.known).all(axis=1)
    wanted = {
        "macro_auc": Statistic(
            drawn=lambda weight: mean_area_under_roc.drawn(weight, cases.truth, cases.scores, cases.known),
            about=everything,
        ),
        "all_right": _share(all_right, everything),
        "wrongly_rejected": _share(cases.rejected, everything),
    }
    for at, code in enumerate(cases.codes):
        wanted |= {f"{code}/{name}": figure for name, figure in _of_label(cases, at).items()}
    found = {name: record(estimate) for name, estimate in bootstrap(wanted, cases.group).items()}
    return {
        **{name: found[name] for name in SEVERAL_TITLES},
        "by_label": {code: {name: found[f"{code}/{name}"] for name in OF_LABEL} for code in cases.codes},
    }


def _of_label(cases: SeveralCases, at: int) -> dict[str, Statistic]:
    known, has, found, score = (one[:, at] for one in (cases.known, cases.truth, cases.found, cases.scores))
    return {
        "auc": Statistic(
            drawn=lambda weight: area_under_roc.drawn(weight[:, known], has[known], score[known]), about=has
        ),
        "sensitivity": _share(found, has),
        "specificity": _share(~found, known & ~has),
        "calibration_error": Statistic(
            drawn=lambda weight: expected_calibration_error.drawn(weight[:, known], score[known], has[known]),
            about=known,
        ),
    }


def _share(right: np.ndarray, among: np.ndarray) -> Statistic:
    return Statistic(drawn=lambda weight: share.drawn(weight, right, among), about=among)
