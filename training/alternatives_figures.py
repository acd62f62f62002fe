"""How good an alternative to what is decided is: every figure by data set, and what stays when a photo is sent again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from classifiers.evaluation import figures as measured
from classifiers.evaluation.cases import Cases, of_probabilities
from classifiers.metrics import Statistic, area_under_roc, bootstrap, expected_calibration_error
from training import thresholds
from training.data import CAMERAS, KIN, LABELS, LabelledPhoto
from training.held_out import Answers, Known
from training.report import SOURCES
from training.ship import ALARMING, COVERAGE

FIGURES = ("balanced_accuracy", "macro_auc", "accuracy", "calibration_error", "alarm_sensitivity", "alarm_specificity")
CHANCES = 200  # draws of labels by which the least calibration error is known


def _of(photos: Sequence[LabelledPhoto], source: str) -> np.ndarray:
    return np.array([photo.origin == source for photo in photos])


def by_source(photos: Sequence[LabelledPhoto], answers: Answers) -> dict[str, dict[str, Any]]:
    """Return the figures of answers about photos, {source: {name: figure}}."""
    cases = {source: _cases(photos, answers, source) for source in SOURCES}
    return {
        source: {**measured.some(of, (*FIGURES, "alarm_auc")), "melanoma_auc": _melanoma(of)}
        for source, of in cases.items()
    }


def recall(photos: Sequence[LabelledPhoto], answers: Answers, source: str) -> dict[str, dict[str, Any]]:
    """Return {label: figure} of a source."""
    cases = _cases(photos, answers, source)
    return {
        cases.codes[label]: measured.share_of(cases.right[of_label], cases.group[of_label])
        for label in np.unique(cases.truth)
        for of_label in [cases.truth == label]
    }


def _melanoma(cases: Cases) -> dict[str, Any]:
    """Return the area under the curve of melanoma against all else."""
    of_label, score = cases.truth == cases.codes.index("mel"), cases.scores[:, cases.codes.index("mel")]
    area = Statistic(drawn=lambda weight: area_under_roc.drawn(weight, of_label, score), about=of_label)
    return measured.record(bootstrap({"area": area}, cases.group)["area"])


def _cases(photos: Sequence[LabelledPhoto], answers: Answers, source: str) -> Cases:
    rows, merged = _of(photos, source), KIN if source == "ham10000" else {}
    kept = [photo for photo, row in zip(photos, rows, strict=True) if row]
    labels, groups = [photo.label for photo in kept], [f"{photo.source}/{photo.group}" for photo in kept]
    p, named = answers.p[rows], answers.named[rows]
    cases = of_probabilities(p, labels, groups, LABELS, merged=merged)
    return replace(
        cases,
        label=np.array([cases.codes.index(merged.get(LABELS[one], LABELS[one])) for one in named]),
        confidence=p[np.arange(len(p)), named],
        alarm=answers.alarm[rows],
        alarm_score=answers.margin[rows],
        malignant=np.isin(labels, [LABELS[one] for one in ALARMING]),
        has_alarm=True,
    )


def least_error(photos: Sequence[LabelledPhoto], answers: Answers, source: str) -> float:
    """Return the calibration error that so many photos would show if every percentage were exactly right."""
    rng, sure = np.random.default_rng(0), answers.p[_of(photos, source)].max(axis=1)
    return float(np.mean([expected_calibration_error(sure, rng.random(len(sure)) < sure) for _ in range(CHANCES)]))


def stable(photos: Sequence[LabelledPhoto], learnt: Known, again: np.ndarray) -> dict[str, dict[str, Any]]:
    """Return by camera the share whose label, and whether it is named surely, stays when the photo is sent again.

    `again` float (photos × variants, labels): of each photo as it is and then of its variants.
    """
    bias, heat = thresholds.calibration(learnt.logits, learnt.truth, learnt.strata)
    sure = thresholds.softmax((learnt.logits + bias) / heat).max(axis=1)
    limit = thresholds.unsure_below(sure, coverage=COVERAGE)
    p = thresholds.softmax((again + bias) / heat).reshape(len(photos), -1, len(LABELS))
    same = p.argmax(axis=2) == p.argmax(axis=2)[:, :1]
    same &= (p.max(axis=2) >= limit) == (p.max(axis=2) >= limit)[:, :1]
    cameras = np.array([photo.camera for photo in photos])
    times = same.shape[1] - 1
    return {
        camera: measured.share_of(
            same[cameras == camera, 1:].ravel(), np.repeat(np.flatnonzero(cameras == camera), times)
        )
        for camera in CAMERAS
    }
