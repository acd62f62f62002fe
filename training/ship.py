"""Make what is shipped of a trained run: thresholds from validation, the LiteRT file, the card's numbers, the model card.

    python -m training.ship --data ../shared/data --run runs/skin --version 2026.1

Prints the test figures with their intervals, and writes them with everything else to `metrics.json` in the run.
"""

import argparse
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np

from classifiers.card import read_photo_card
from classifiers.plugin import PhotoPlugin, load
from classifiers.verdict import calibrated
from training import export, model_card, network, thresholds
from training.batches import LogitAdjustedLoss  # noqa: F401 - the saved model names it
from training.card_file import write_card
from training.command import run_recipe
from training.data import LABELS, LabelledPhoto
from training.gates import recipe as gates
from training.gates.material import Amounts
from training.gates.report import measure_gates
from training.material import Material, read_material
from training.options import parser
from training.outline import measures as outline_measures
from training.outline import recipe as outline
from training.predictions import Predictions, look
from training.report import report
from training.restore import RECIPE, write_recipe
from training.robustness import measure_robustness
from training.run import OUTLINE, kept_file, network_of
from training.skin import SERVED
from training.unknown import evidence_of, measure_unknown
from training.whole_file import whole, write_text

ALARM = ("mel", "bcc", "akiec", "scc")
ALARMING = [LABELS.index(code) for code in ALARM]
SENSITIVITY = 0.93  # of the alarm, at its lower 95 % bound on validation, in every camera
COVERAGE = 0.80  # the share of validation photos a winner is named for
MODEL = "model.tflite"  # what ships, beside its card
PARITY = 200  # photos that Keras and the shipped file are compared on


def main() -> None:
    """Ship a run."""
    options = _options()
    ship(data=options.data, folder=options.run, cache=options.cache, card=options.card, version=options.version)


def ship(
    *,
    data: Path,
    folder: Path,
    card: Path,
    version: str,
    cache: Path | None = None,
    amounts: Amounts = Amounts(),  # noqa: B008 - frozen
    outlining: outline.OutlineRecipe | None = None,
) -> None:
    """Choose, export, check parity, measure the file on the test part, then write it with its card in the place of what ships."""
    _refuse_what_ends_late(folder, card)
    material = read_material(data, cache=cache or folder)
    model = network.computed_in(network_of(folder), "float32")
    chosen = choose(model, material, folder=folder, amounts=amounts, outlining=outlining)
    with TemporaryDirectory() as scratch:  # what ships is replaced once all of it is measured
        tried = shutil.copytree(card.parent, Path(scratch) / "tried") / card.name
        plugin = _exported(model, chosen, card=tried, version=version)
        parity = check_parity(model, plugin, material)
        metrics = measure(plugin, material, chosen.gates, each=amounts.each)
        metrics |= {"parity": parity, "rounding": chosen.rounding, "decision": chosen.decision, **made_by(folder)}
        write_text(folder / "metrics.json", json.dumps(metrics, indent=1))
        with whole(card.parent / MODEL) as unfinished:
            shutil.copyfile(tried.parent / MODEL, unfinished)
    _write_figures(metrics, card=card, version=version)


def _refuse_what_ends_late(folder: Path, card: Path) -> None:
    """Raise SystemExit or OSError for what would end an hour's work at its end."""
    for name in ("config.json", "last.keras"):
        kept_file(folder, name)
    if not card.is_file():
        raise SystemExit(f"{card}: is not there: give the card whose words people wrote with --card")
    if not os.access(card.parent, os.W_OK):
        raise SystemExit(f"{card.parent}: cannot be written to: model and model card stand beside the card")


def _exported(model: keras.Model, chosen: "Chosen", *, card: Path, version: str) -> PhotoPlugin:
    """Write the LiteRT file and the card's numbers for it; return both as they are served."""
    file = card.parent / MODEL
    export.write_litert(export.serving(model, [*chosen.gates.heads, chosen.outline], size=SERVED), file)
    write_card(card, file=file, version=version, size=SERVED, decision=chosen.decision)
    return load(read_photo_card(card))


def _write_figures(metrics: dict[str, Any], *, card: Path, version: str) -> None:
    """Write what was measured into the card, the model card and the recipe beside it."""
    file = card.parent / MODEL
    write_card(card, file=file, version=version, size=SERVED, decision=metrics["decision"], metrics=metrics)
    model_card.write(card.parent / "MODEL_CARD.md", metrics)
    write_recipe(card.parent / RECIPE, metrics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """All that is learnt and chosen once the network is trained."""

    gates: gates.Gates
    outline: export.Head
    decision: dict[str, object]  # the card's
    rounding: float  # by how much rounding the weights moved a probability at most


def choose(
    model: keras.Model,
    material: Material,
    *,
    folder: Path,
    amounts: Amounts,
    outlining: outline.OutlineRecipe | None,
) -> Chosen:
    """Train gates and outline, round the model's weights to half precision, and choose the limits on validation photos."""
    photos, x, validation = material.photos, material.pixels, material.rows("validation")
    outlines = outline.train(model, material.lesions("training"), folder=folder / OUTLINE, recipe=outlining)
    fitted = gates.fit(
        model, outlines, photos, x, others=material.others, data=material.data, folder=folder / "gates", amounts=amounts
    )
    before = look(model, x[validation])
    network.round_weights(model)
    predictions = look(model, x[validation])
    rounding = float(np.abs(thresholds.softmax(predictions.logits) - thresholds.softmax(before.logits)).max())
    print(f"half precision against full: max |Δp| {rounding:.4f}")
    decision = decide([photos[row] for row in validation], predictions) | fitted.decision
    decision["outline"] = outline_measures.choose(model, outlines, material.lesions("validation"))
    return Chosen(gates=fitted, outline=outlines, decision=decision, rounding=rounding)


def made_by(folder: Path) -> dict[str, Any]:
    """Return by what the run's network was trained, as the model card tells it and `training.restore` needs it."""
    recipe = json.loads((folder / RECIPE).read_text()) if (folder / RECIPE).exists() else {}
    outlined = json.loads((folder / OUTLINE / "config.json").read_text())
    del outlined["network"]
    return {**recipe, "config": json.loads((folder / "config.json").read_text()), "outlined": outlined}


def measure(plugin: PhotoPlugin, material: Material, fitted: gates.Gates, *, each: int) -> dict[str, Any]:
    """Return every figure of what ships: its labels, gates and outline."""
    photos, data, wrong_from = material.photos, material.data, fitted.wrong_from
    test = [photos[row] for row in material.rows("test")]
    metrics = report(
        plugin,
        test,
        others=[photo for photo in material.others if photo.source == "milk10k"],
        not_skin=material.not_skin,
    )
    held = measure_gates(plugin, photos, data=data, wrong_from=wrong_from, each=each)
    metrics["gates"] = {"wrong_from": wrong_from, "figures": held}
    metrics["unknown"] = measure_unknown(plugin, fitted.unseen, material.others)
    metrics["evidence"]["figures"] += evidence_of(metrics["unknown"])
    metrics["robust"] = measure_robustness(plugin, test, few=each)
    masked = {row: path for row, path in material.masks.paths.items() if photos[row].part == "test"}
    metrics["outline"] = outline_measures.measure(plugin, [photos[row] for row in masked], list(masked.values()))
    return metrics


def decide(photos: list[LabelledPhoto], predictions: Predictions) -> dict[str, object]:
    """Return the card's `decision` but for its gates, from validation photos and what the network says of them."""
    truth = np.array([LABELS.index(photo.label) for photo in photos])
    cameras = np.array([photo.camera for photo in photos])
    strata = np.array([f"{photo.camera}/{photo.label}" for photo in photos])
    offset, heat = thresholds.calibration(predictions.logits, truth, strata)
    p = calibrated(thresholds.softmax(predictions.logits), temperature=heat, bias=offset)
    return {
        "temperature": round(heat, 4),
        "bias": offset.tolist(),
        "unsure_below": round(thresholds.unsure_below(p.max(axis=1), coverage=COVERAGE), 4),
        # the lowest is as sensitive as it must be in every camera
        "alarm": {"labels": list(ALARM), "above": round(min(alarm_limits(p, truth, cameras).values()), 4)},
    }


def alarm_limits(p: np.ndarray, truth: np.ndarray, cameras: np.ndarray) -> dict[str, float]:
    """Return by camera the threshold that is as sensitive as it must be there; p float (n, labels), the others (n,)."""
    score, malignant = alarm_score(p), np.isin(truth, ALARMING)
    return {
        str(one): thresholds.alarm_above(score[cameras == one], malignant[cameras == one], sensitivity=SENSITIVITY)
        for one in np.unique(cameras)
    }


def alarm_score(p: np.ndarray) -> np.ndarray:
    """Return what is held against the alarm's threshold, float (n,), of probabilities (n, labels)."""
    return np.asarray(p[:, ALARMING].sum(axis=1))


def check_parity(model: keras.Model, plugin: PhotoPlugin, material: Material) -> float:
    """Return the largest difference of a probability between Keras and the shipped file, over some validation photos."""
    validation = material.rows("validation")
    some = material.pixels[validation[:: max(1, len(validation) // PARITY)][:PARITY]]
    shipped = np.stack([plugin.engine.score(one).probabilities for one in some])
    worst = float(np.abs(thresholds.softmax(look(model, some).logits) - shipped).max())
    print(f"parity of Keras and LiteRT: max |Δp| {worst:.4f}")
    return worst


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    options.add_argument("--version", required=True, help="the version the card will state")
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
