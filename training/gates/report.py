"""How well the shipped gates hold: every figure with its interval, on test photos and on pictures made of other seeds.

    python -m training.gates.report --data ../shared/data --run runs/skin

prints them for the card that is shipped, from the `wrong_from` that shipping left in the run's `metrics.json`.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.card import read_photo_card
from classifiers.evaluation.figures import says, share_of
from classifiers.photo.quality import measure
from classifiers.plugin import PhotoPlugin, load, outlined, scored
from classifiers.verdict import Finding, conclude
from training.command import run_recipe
from training.data import OTHER, LabelledPhoto, read_all, read_not_skin
from training.gates.degraded import KINDS
from training.gates.out_of_domain import KINDS as STRANGERS
from training.gates.pictures import Pictures, beside_lesions, degraded, drawn
from training.options import parser
from training.pixels import decode, readable
from training.run import kept_file

SEED = 1009  # pictures that neither learning nor the limits have seen
EACH = 100  # pictures of every kind
REFUSED = {"retake", "not_this"}
Figures = dict[str, dict[str, Any]]


def measure_gates(
    plugin: PhotoPlugin,
    photos: Sequence[LabelledPhoto],
    *,
    data: Path,
    wrong_from: Mapping[str, float],
    each: int = EACH,
) -> Figures:
    """Return {name: {value, interval, n}}: what the gates turn away of test photos, of the same spoiled, and of all else.

    A photo is spoiled beyond the point from where on the network is wrong more often than right (`wrong_from`, by kind).
    """
    rng, size = np.random.default_rng(SEED), plugin.card.model.input.size[0]
    test = [photo for photo in photos if photo.part == "test"]
    x = np.stack([decode(photo.path, size=size) for photo in test])
    rows = np.arange(len(test))
    figures = _lost(test, findings(plugin, x))
    unseen = [decode(file, size=size) for file in readable(read_not_skin(data))]
    figures["everyday things turned away"] = _refused(plugin, unseen)
    figures |= _by_kind(plugin, "drawn", drawn(x, rng.permutation(rows), each * len(STRANGERS), rng))
    figures["plain skin turned away"] = _refused(plugin, beside_lesions(x, test, rows, 2 * each, data, rng)[0].pixels)
    spoiled = degraded(x, rng.choice(rows, each * len(KINDS)), rng, least=dict(wrong_from))
    return figures | _by_kind(plugin, "spoiled", spoiled)


def findings(plugin: PhotoPlugin, pixels: Sequence[np.ndarray] | np.ndarray) -> list[Finding]:
    """Return the findings of pictures at the model's input size, as if sent at twice that."""

    def found(one: np.ndarray) -> Finding:
        scores = scored(plugin, one)
        return conclude(plugin.card, scores, measure(one, side=2 * len(one)), outlined(plugin.card, scores))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(found, pixels))


def _lost(photos: Sequence[LabelledPhoto], found: Sequence[Finding]) -> Figures:
    dermatoscope = np.array([photo.camera == "dermatoscope" for photo in photos])
    groups = np.unique([f"{photo.source}/{photo.group}" for photo in photos], return_inverse=True)[1]
    figures = {}
    for name, among in (("dermatoscope", dermatoscope), ("phone and close-up", ~dermatoscope)):
        for what, outcomes in (
            ("turned away", REFUSED),
            ("asked for again", {"retake"}),
            ("taken for else", {"not_this"}),
        ):
            lost = np.array([one.outcome in outcomes for one in found])
            figures[f"real lesions {what}, {name}"] = share_of(lost[among], groups[among])
    return figures


def _by_kind(plugin: PhotoPlugin, what: str, pictures: Pictures) -> Figures:
    refused = np.array([finding.outcome in REFUSED for finding in findings(plugin, pictures.pixels)])
    kinds = {kind: share_of(refused[pictures.kind == kind]) for kind in np.unique(pictures.kind)}
    return {f"{what}, all": share_of(refused)} | {f"{what}, {kind}": figure for kind, figure in kinds.items()}


def _refused(plugin: PhotoPlugin, pixels: Sequence[np.ndarray] | np.ndarray) -> dict[str, Any]:
    return share_of(np.array([finding.outcome in REFUSED for finding in findings(plugin, pixels)]))


def main() -> None:
    """Print the figures of the shipped card."""
    options = _options()
    metrics = json.loads(kept_file(options.run, "metrics.json").read_text())
    photos = [photo for photo in read_all(options.data) if photo.label != OTHER]
    found = measure_gates(
        load(read_photo_card(options.card)), photos, data=options.data, wrong_from=metrics["gates"]["wrong_from"]
    )
    for name, figure in found.items():
        print(f"{name}: {says(figure)}", flush=True)


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
