"""Every figure of a model on photos with known labels, each with its 95 % interval and the number it stands on."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from classifiers.evaluation.cases import Cases
from classifiers.metrics import (
    Estimate,
    Statistic,
    accuracy_of_surest,
    area_under_roc,
    balanced_accuracy,
    bootstrap,
    expected_calibration_error,
    macro_area_under_roc,
    mean,
    share,
)

TITLES = {
    "balanced_accuracy": "balanced accuracy",
    "macro_auc": "macro AUC",
    "accuracy": "accuracy",
    "accuracy_on_surest": "accuracy on the 80 % it is surest of",
    "share_sure": "share it names a winner for",
    "accuracy_when_sure": "accuracy among those",
    "alarm_sensitivity": "alarm: sensitivity",
    "alarm_specificity": "alarm: specificity",
    "alarm_auc": "alarm: AUC",
    "calibration_error": "calibration error (ECE, 15 bins)",
    "wrongly_rejected": "real photos turned away by the gates",
    "lost_retake": "of them sent back to be taken again",
    "lost_not_this": "of them taken for something else",
}
SUREST = 0.8
COVERAGES = np.linspace(0.05, 1, 20)
LEAST = 30  # photos of a subgroup: of fewer nothing is shown
SHORT = (
    "balanced_accuracy",
    "accuracy",
    "alarm_sensitivity",
    "alarm_specificity",
    "calibration_error",
    "wrongly_rejected",
)


def figures(cases: Cases) -> dict[str, Any]:
    """Return {name: {value, interval, n}} of TITLES, and `recall` and `auc` by label, `risk_coverage` and `confusion`.

    A value that is not defined, like a sensitivity without malignant photos, is None.
    """
    wanted = _scalars(cases)
    for number in np.unique(cases.truth):
        code, of_label = cases.codes[number], cases.truth == number
        wanted[f"recall/{code}"] = _share(cases.right, of_label)
        wanted[f"auc/{code}"] = _area(of_label, cases.scores[:, number])
    for coverage in COVERAGES:
        wanted[f"coverage/{coverage:.2f}"] = _surest(cases, coverage)
    found = {name: record(estimate) for name, estimate in bootstrap(wanted, cases.group).items()}
    return {
        **{name: found[name] for name in TITLES if name in found},
        "recall": _below("recall/", found),
        "auc": _below("auc/", found),
        "risk_coverage": [
            {"coverage": float(coverage), **figure} for coverage, figure in _below("coverage/", found).items()
        ],
        "confusion": confusion(cases),
    }


def by_camera(cases: Cases) -> dict[str, dict[str, Any]]:
    """Return the figures of each camera, where there are several."""
    cameras = [camera for camera in np.unique(cases.camera) if camera]
    return {str(one): figures(cases.only(cases.camera == one)) for one in cameras} if len(cameras) > 1 else {}


def by_subgroup(cases: Cases) -> dict[str, dict[str, Any]]:
    """Return some figures of each subgroup, under its n; of those with fewer than LEAST photos the n alone."""
    return {str(name): _of_subgroup(cases.only(cases.subgroup == name)) for name in np.unique(cases.subgroup) if name}


def some(cases: Cases, names: Collection[str]) -> dict[str, Any]:
    """Return the figures of TITLES that are named."""
    wanted = {name: figure for name, figure in _scalars(cases).items() if name in names}
    return {name: record(estimate) for name, estimate in bootstrap(wanted, cases.group).items()}


def _of_subgroup(cases: Cases) -> dict[str, Any]:
    return {"n": len(cases), **(some(cases, SHORT) if len(cases) >= LEAST else {})}


def share_of(right: np.ndarray, groups: np.ndarray | None = None) -> dict[str, Any]:
    """Return the share that is true of bool (n,) as a record, drawn by groups."""
    groups = np.arange(len(right)) if groups is None else groups
    return record(bootstrap({"share": _share(right, np.ones(len(right), dtype=bool))}, groups)["share"])


def mean_of(values: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    """Return the mean of shares, float (n,), as a record, drawn by groups."""
    figure = Statistic(drawn=lambda weight: mean.drawn(weight, values), about=np.ones(len(values), dtype=bool))
    return record(bootstrap({"mean": figure}, groups)["mean"])


def record(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as plain data, None where it is not defined."""
    if not np.isfinite(estimate.value):
        return {"value": None, "interval": None, "n": estimate.n}
    low, high = (round(bound, 6) if np.isfinite(bound) else None for bound in (estimate.low, estimate.high))
    return {"value": round(estimate.value, 6), "interval": [low, high], "n": estimate.n}


def says(figure: dict[str, Any] | None, *, digits: int = 3) -> str:
    """Return a record as people read it: `0.650 (0.580–0.720)`; a dash where there is none."""
    if figure is None or figure["value"] is None:
        return "–"
    low, high = figure["interval"]
    return f"{figure['value']:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def confusion(cases: Cases) -> list[list[int]]:
    """Return how many photos of each label (rows, in the order of the codes) were given each label."""
    counts = np.zeros((len(cases.codes), len(cases.codes)), dtype=int)
    np.add.at(counts, (cases.truth, cases.label), 1)
    return [[int(number) for number in row] for row in counts]


def _scalars(cases: Cases) -> dict[str, Statistic]:
    everything = np.ones(len(cases), dtype=bool)
    retake, not_this, sure = (cases.outcome == outcome for outcome in ("retake", "not_this", "sure"))
    found = {
        "balanced_accuracy": _figure(lambda weight: balanced_accuracy.drawn(weight, cases.truth, cases.label), cases),
        "macro_auc": _figure(lambda weight: macro_area_under_roc.drawn(weight, cases.truth, cases.scores), cases),
        "accuracy": _share(cases.right, everything),
        "accuracy_on_surest": _surest(cases, SUREST),
        "share_sure": _share(sure, everything),
        "accuracy_when_sure": _share(cases.right, sure),
        "calibration_error": _figure(
            lambda weight: expected_calibration_error.drawn(weight, cases.confidence, cases.right), cases
        ),
        "wrongly_rejected": _share(retake | not_this, everything),
        "lost_retake": _share(retake, everything),
        "lost_not_this": _share(not_this, everything),
    }
    if cases.has_alarm:
        found |= {
            "alarm_sensitivity": _share(cases.alarm, cases.malignant),
            "alarm_specificity": _share(~cases.alarm, ~cases.malignant),
            "alarm_auc": _area(cases.malignant, cases.alarm_score),
        }
    return found


def _figure(drawn: Callable[[np.ndarray], np.ndarray], cases: Cases) -> Statistic:
    return Statistic(drawn=drawn, about=np.ones(len(cases), dtype=bool))


def _share(right: np.ndarray, among: np.ndarray) -> Statistic:
    return Statistic(drawn=lambda weight: share.drawn(weight, right, among), about=among)


def _area(positive: np.ndarray, score: np.ndarray) -> Statistic:
    return Statistic(drawn=lambda weight: area_under_roc.drawn(weight, positive, score), about=positive)


def _surest(cases: Cases, coverage: float) -> Statistic:
    return _figure(
        lambda weight: accuracy_of_surest.drawn(weight, cases.confidence, cases.right, coverage=coverage), cases
    )


def _below(prefix: str, found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name.removeprefix(prefix): figure for name, figure in found.items() if name.startswith(prefix)}
