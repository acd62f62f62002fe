"""What is shipped, measured on the test part: every photo goes through the same door as in the chat."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.evaluation import figures as measured
from classifiers.evaluation.cases import Cases, gather
from classifiers.evaluation.truth import TruthRow
from classifiers.plugin import PhotoPlugin, examine
from classifiers.verdict import Finding
from training.data import CAMERAS, KIN, LabelledPhoto
from training.unknown import cancers_lost

SOURCES = {
    "ham10000": "dermatoscope photos of HAM10000, lesions the model never saw",
    "milk10k/dermatoscope": "dermatoscope photos of MILK10k, lesions the model never saw",
    "milk10k/close-up": "clinical close-ups of MILK10k, lesions the model never saw",
    "pad_ufes_20": "phone photos of PAD-UFES-20, people the model never saw",
}
SAID = ("balanced_accuracy", "alarm_sensitivity", "alarm_specificity", "wrongly_rejected")  # by the card, of itself
BALANCED = ("balanced_accuracy",)
COMMAND = "python -m training.ship --data DATA --run RUN --version VERSION"


def report(
    plugin: PhotoPlugin, photos: list[LabelledPhoto], *, others: list[LabelledPhoto], not_skin: Sequence[Path]
) -> dict[str, Any]:
    """Return every figure and the card's `evidence`; print the main ones as they come.

    `figures` is {source: what `classifiers.evaluation.figures` says of it}, and `not_skin`; `others` what is said of lesions
    that have none of the labels; `cameras` the same of all sources of a camera together; `cancers_lost` the cancers taken for
    something else; `skin_tones` some figures by tone; `labels` the card's.
    """
    found = list(zip(photos, _findings(plugin, [photo.path for photo in photos]), strict=True))
    figures = _by_source(found, plugin) | {"not_skin": {"rejected": _rejected(plugin, not_skin)}}
    cameras = {camera: _figures([one for one in found if one[0].camera == camera], plugin) for camera in CAMERAS}
    return {
        "labels": list(plugin.card.codes),
        "figures": figures,
        "others": _others(plugin, others, beside=[one for one in found if one[0].source == "milk10k"]),
        "cameras": cameras,
        "cancers_lost": cancers_lost(found, plugin),
        "skin_tones": measured.by_subgroup(_cases([one for one in found if one[0].tone], plugin)),
        "evidence": _evidence(figures),
    }


def _by_source(found: list[tuple[LabelledPhoto, Finding]], plugin: PhotoPlugin) -> dict[str, dict[str, Any]]:
    figures = {}
    for source in SOURCES:
        figures[source] = _figures([one for one in found if one[0].origin == source], plugin)
        _print(source, figures[source])
    return figures


def _rejected(plugin: PhotoPlugin, not_skin: Sequence[Path]) -> dict[str, Any]:
    """Return the share of everyday photos, on which nothing was chosen, that the gates turn away."""
    refused = [finding.outcome in {"not_this", "retake"} for finding in _findings(plugin, list(not_skin))]
    rejected = measured.share_of(np.array(refused, dtype=bool))
    print(f"not_skin: rejected {measured.says(rejected)}")
    return rejected


def _others(
    plugin: PhotoPlugin, others: list[LabelledPhoto], *, beside: list[tuple[LabelledPhoto, Finding]]
) -> dict[str, dict[str, Any]]:
    """Return how often no label is named, of lesions that have none of the labels (MILK10k's) and of those that have one."""
    sides = {
        "other": list(zip(others, _findings(plugin, [photo.path for photo in others]), strict=True)),
        "known": beside,
    }
    figures = {}
    for side, found in sides.items():
        not_named = np.array([finding.outcome != "sure" for _, finding in found], dtype=bool)
        figures[side] = measured.share_of(not_named, np.array([photo.group for photo, _ in found]))
        print(f"milk10k, {side} lesions: no label named {measured.says(figures[side])}", flush=True)
    return figures


def _findings(plugin: PhotoPlugin, paths: list[Path]) -> list[Finding]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda path: examine(plugin, path.read_bytes()).finding, paths))


def _figures(found: list[tuple[LabelledPhoto, Finding]], plugin: PhotoPlugin) -> dict[str, Any]:
    """Return all figures of some photos, melanoma's area among them, and the balanced accuracy with kin counted as one."""
    figures = measured.figures(_cases(found, plugin))
    figures["melanoma_auc"] = figures["auc"].get("mel", {"value": None, "interval": None, "n": 0})
    figures["balanced_accuracy_of_kin"] = measured.some(_cases(found, plugin, kin=True), BALANCED)[BALANCED[0]]
    return figures


def _cases(found: list[tuple[LabelledPhoto, Finding]], plugin: PhotoPlugin, *, kin: bool = False) -> Cases:
    """Return the cases. HAM10000 has no scc: there it counts as its kin, and so it does everywhere if `kin`."""
    alone = {photo.source for photo, _ in found} == {"ham10000"}
    rows = [(_row(photo), finding) for photo, finding in found]
    return gather(rows, plugin.card, merged=KIN if kin or alone else {})


def _row(photo: LabelledPhoto) -> TruthRow:
    return TruthRow(
        photo=photo.path.stem,
        label=photo.label,
        group=f"{photo.source}/{photo.group}",
        camera=photo.camera,
        subgroup=photo.tone,
        source=photo.source,
    )


def _print(source: str, figures: dict[str, Any]) -> None:
    for name, title in {**measured.TITLES, "melanoma_auc": "melanoma against all, AUC"}.items():
        print(f"{source}: {title} {measured.says(figures.get(name))}", flush=True)


def _evidence(figures: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what the card says of itself."""
    lines = [
        _line(name, on, figures[source][name])
        for source, on in SOURCES.items()
        for name in SAID
        if figures[source][name]["value"] is not None
    ]
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
