"""What the shipped model says of what it does not know, rashes and inflamed skin, and how many cancers its gates turn away."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from classifiers.evaluation.figures import says, share_of
from classifiers.evaluation.unknown import unknown_figures
from classifiers.plugin import PhotoPlugin, examine
from classifiers.verdict import Finding
from training.data import CAMERAS, INFLAMED, LabelledPhoto
from training.gates.unseen import KINDS, Unseen, findings

_SAID = {
    "turned_away": "Rashes and infections it turns away",
    "sure_serious": "Rashes and infections of which it is sure of a cancer or precancer",
}
LEAST = 30  # cancers of a skin tone: of fewer nothing is shown


def measure_unknown(
    plugin: PhotoPlugin, unseen: Sequence[Unseen], others: Sequence[LabelledPhoto]
) -> dict[str, dict[str, Any]]:
    """Return {what: figures}: rashes by gates that never saw their kind, MILK10k's inflamed lesions by the shipped one."""
    found = {}
    for how in dict.fromkeys(one.without for one in unseen):
        some = [one for one in unseen if one.without == how]
        found[how] = _figures(plugin, [one.photo for one in some], findings(plugin, some))
    for camera in CAMERAS:
        photos = [photo for photo in others if photo.kind == INFLAMED and photo.camera == camera]
        if photos:
            found[f"inflamed or infected lesions of MILK10k, {camera}"] = _figures(
                plugin, photos, _seen(plugin, photos)
            )
    for what, figures in found.items():
        print(f"{what}: turned away {says(figures['turned_away'])}, sure {says(figures['sure_serious'])}", flush=True)
    return found


def evidence_of(unknown: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the card says of rashes: lines of its `evidence`; none where no photo of a rash was measured."""
    if KINDS not in unknown:
        return []
    return [
        {
            "name": f"unknown_{name}",
            "title": {"en": title},
            "on": {"en": "photos of kinds of rashes that it was never shown"},
            "value": round(figure["value"], 3),
            "interval": [round(bound, 3) for bound in figure["interval"]],
            "n": figure["n"],
        }
        for name, title in _SAID.items()
        for figure in [unknown[KINDS][name]]
    ]


def cancers_lost(found: Sequence[tuple[LabelledPhoto, Finding]], plugin: PhotoPlugin) -> dict[str, Any]:
    """Return the share of cancers and precancers that are taken for something else, by camera and by skin tone."""
    alarm = plugin.card.decision.alarm
    serious = [(photo, finding) for photo, finding in found if alarm and photo.label in alarm.labels]
    sides = {camera: [one for one in serious if one[0].camera == camera] for camera in CAMERAS}
    for tone in sorted({photo.tone for photo, _ in serious if photo.tone}):
        sides[tone] = [one for one in serious if one[0].tone == tone]
    return {side: _lost(of) for side, of in sides.items() if len(of) >= LEAST or (side in CAMERAS and of)}


def _lost(found: Sequence[tuple[LabelledPhoto, Finding]]) -> dict[str, Any]:
    groups = np.unique([f"{photo.source}/{photo.group}" for photo, _ in found], return_inverse=True)[1]
    return share_of(np.array([finding.outcome == "not_this" for _, finding in found]), groups)


def _figures(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto], found: Sequence[Finding]) -> dict[str, Any]:
    groups = [f"{photo.source}/{photo.group}" for photo in photos]
    return unknown_figures(found, groups, plugin.card) | {"groups": len(set(groups)), "photos": len(photos)}


def _seen(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto]) -> list[Finding]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda photo: examine(plugin, photo.path.read_bytes()).finding, photos))
