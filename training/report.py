"""What is shipped, measured on the test part: every photo goes through the same door as in the chat."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.measures import area_under_roc, balanced_accuracy, bootstrap, expected_calibration_error
from classifiers.plugin import Plugin, examine
from classifiers.verdict import Finding
from training.data import LABELS, Photo

SOURCES = {
    "ham10000": "dermatoscope photos of HAM10000, lesions the model never saw",
    "milk10k/dermatoscope": "dermatoscope photos of MILK10k, lesions the model never saw",
    "milk10k/close-up": "clinical close-ups of MILK10k, lesions the model never saw",
    "pad_ufes_20": "phone photos of PAD-UFES-20, people the model never saw",
}
COMMAND = "python -m training.ship --data DATA --run RUN"


def report(plugin: Plugin, photos: list[Photo], *, not_skin: Path) -> dict[str, Any]:
    """Return every figure as {name: {on: {value, interval, n}}} and the card's `evidence`; print them as they come."""
    findings = _findings(plugin, [photo.path for photo in photos])
    worlds = np.array([_source(photo) for photo in photos])
    figures: dict[str, dict[str, Any]] = {}
    for source in SOURCES:
        rows = np.flatnonzero(worlds == source)
        part = Part([photos[row] for row in rows], [findings[row] for row in rows], plugin)
        figures[source] = {name: part.figure(measure) for name, measure in MEASURES.items()}
        figures[source]["recall"] = part.recalls()
        for name in MEASURES:
            print(f"{source}: {name} {_says(figures[source][name])}")
    strangers = sorted(not_skin.iterdir())  # nothing was chosen on them
    refused = np.array(
        [finding.outcome in {"not_this", "retake"} for finding in _findings(plugin, strangers)], dtype=float
    )
    low, high = bootstrap(lambda at: float(refused[at].mean()), np.arange(len(refused)))
    figures["not_skin"] = {"rejected": {"value": float(refused.mean()), "interval": [low, high], "n": len(refused)}}
    print(f"not_skin: rejected {_says(figures['not_skin']['rejected'])}")
    return {"figures": figures, "evidence": _evidence(figures)}


def _findings(plugin: Plugin, paths: list[Path]) -> list[Finding]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda path: examine(plugin, path.read_bytes()).finding, paths))


def _source(photo: Photo) -> str:
    return f"milk10k/{photo.world}" if photo.source == "milk10k" else photo.source


class Part:
    """The test photos of one source, with what was found of them, as arrays."""

    def __init__(self, photos: list[Photo], findings: list[Finding], plugin: Plugin) -> None:
        alarm = plugin.card.decision.alarm
        malignant = alarm.labels if alarm else []
        has_scc = any(photo.label == "scc" for photo in photos)
        merged = LABELS.index("akiec")

        def number(label: str) -> int:
            return merged if label == "scc" and not has_scc else LABELS.index(label)

        self.groups = np.unique([photo.group for photo in photos], return_inverse=True)[1]
        self.truth = np.array([number(photo.label) for photo in photos])
        self.label = np.array([number(finding.label) for finding in findings])
        self.confidence = np.array([finding.confidence for finding in findings])
        self.melanoma = np.array([finding.probabilities["mel"] for finding in findings])
        self.malignant = np.array([photo.label in malignant for photo in photos])
        self.alarm = np.array([finding.alarm for finding in findings])
        self.refused = np.array([finding.outcome in {"retake", "not_this"} for finding in findings])
        self.sure = np.array([finding.outcome == "sure" for finding in findings])

    def figure(self, measure: "Measure") -> dict[str, Any]:
        """Return a measure of this part: value, 95 % interval over lesions or patients, and n."""
        rows = np.arange(len(self.truth))
        low, high = bootstrap(lambda at: measure(self, at), self.groups)
        return {"value": measure(self, rows), "interval": [low, high], "n": len(rows)}

    def recalls(self) -> dict[str, dict[str, float]]:
        """Return per label the share found, and its n."""
        return {
            LABELS[one]: {
                "value": float(np.mean(self.label[self.truth == one] == one)),
                "n": int(np.sum(self.truth == one)),
            }
            for one in np.unique(self.truth)
        }


def share(right: np.ndarray) -> float:
    """Return the share that is true; NaN of nothing."""
    return float(right.mean()) if len(right) else float("nan")


Measure = Callable[[Part, np.ndarray], float]

MEASURES: dict[str, Measure] = {
    "balanced_accuracy": lambda part, at: balanced_accuracy(part.truth[at], part.label[at]),
    "accuracy": lambda part, at: share(part.truth[at] == part.label[at]),
    "accuracy_when_sure": lambda part, at: share((part.truth[at] == part.label[at])[part.sure[at]]),
    "share_sure": lambda part, at: share(part.sure[at]),
    "melanoma_auc": lambda part, at: area_under_roc(part.truth[at] == LABELS.index("mel"), part.melanoma[at]),
    "alarm_sensitivity": lambda part, at: share(part.alarm[at][part.malignant[at]]),
    "alarm_specificity": lambda part, at: share(~part.alarm[at][~part.malignant[at]]),
    "calibration_error": lambda part, at: expected_calibration_error(
        part.confidence[at], part.truth[at] == part.label[at]
    ),
    "wrongly_rejected": lambda part, at: share(part.refused[at]),
}


def _evidence(figures: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what the card says of itself."""
    lines = []
    for source, on in SOURCES.items():
        for name in ("balanced_accuracy", "alarm_sensitivity", "alarm_specificity", "wrongly_rejected"):
            if np.isfinite(figures[source][name]["value"]):
                lines.append(_line(name, on, figures[source][name]))
    lines.append(_line("not_this_rejected", "photos of everyday things", figures["not_skin"]["rejected"]))
    trained = "HAM10000, MILK10k, ISIC 2019 and PAD-UFES-20, split by lesion and by patient; nearly all on light skin"
    return {"data": {"en": trained}, "command": COMMAND, "figures": lines}


def _line(name: str, on: str, figure: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "on": {"en": on},
        "value": round(figure["value"], 3),
        "interval": [round(bound, 3) for bound in figure["interval"]],
        "n": figure["n"],
    }


def _says(figure: dict[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{figure['value']:.3f} [{low:.3f}–{high:.3f}], n = {figure['n']}"
