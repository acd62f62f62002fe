"""Make what is shipped of a trained run: thresholds from validation, the LiteRT file, the card's numbers, the model card.

    python -m training.ship --data ../shared/data --run runs/skin --version 2026.1

Prints the test figures with their intervals, and writes them with everything else to `metrics.json` in the run.
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np

from classifiers.card import read_photo_card
from classifiers.plugin import PhotoPlugin, load
from classifiers.verdict import calibrated
from training import export, model_card, network, pixels, thresholds
from training.batches import LogitAdjustedLoss  # noqa: F401 - the saved model names it
from training.card_file import write_card
from training.data import LABELS, OTHER, LabelledPhoto, read_all
from training.gates import recipe as gates
from training.gates.report import measure_gates
from training.masks import find_masks
from training.options import parser
from training.outline import measures as outline_measures
from training.outline import recipe as outline
from training.predictions import Predictions, look
from training.report import report
from training.skin import SERVED

ALARM = ("mel", "bcc", "akiec", "scc")
SENSITIVITY = 0.93  # of the alarm, at its lower 95 % bound on validation, in every camera
COVERAGE = 0.80  # the share of validation photos a winner is named for
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
    amounts: gates.Amounts = gates.Amounts(),  # noqa: B008 - frozen
    outlining: outline.OutlineRecipe | None = None,
) -> None:
    """Choose, export, check parity, write the card, then measure the shipped file on the test part."""
    known = read_all(data)
    photos = [photo for photo in known if photo.label != OTHER]
    x = pixels.load(photos, size=SERVED, cache=cache or folder)
    model = network.computed_in(keras.models.load_model(folder / "last.keras"), "float32")
    validation = [row for row, photo in enumerate(photos) if photo.part == "validation"]
    fitted = gates.fit(model, photos, x, data=data, amounts=amounts)
    masks = find_masks(data, photos)
    print(masks)
    outlines = outline.train(
        model, outline.lesions("training", photos, x, masks), folder=folder / "outline", recipe=outlining
    )
    before = look(model, x[validation])
    network.round_weights(model)
    predictions = look(model, x[validation])
    rounding = float(np.abs(thresholds.softmax(predictions.logits) - thresholds.softmax(before.logits)).max())
    print(f"half precision against full: max |Δp| {rounding:.4f}")
    decision = decide([photos[row] for row in validation], predictions) | fitted.decision
    decision["outline"] = outline_measures.choose(model, outlines, outline.lesions("validation", photos, x, masks))
    serving = export.serving(model, [*fitted.heads, outlines], size=SERVED)
    file = card.parent / "model.tflite"
    export.write_litert(serving, file)
    write_card(card, file=file, version=version, size=SERVED, decision=decision)
    plugin = load(read_photo_card(card))
    parity = check_parity(serving, plugin, x[validation[:: max(1, len(validation) // PARITY)][:PARITY]])
    print(f"parity of Keras and LiteRT: max |Δp| {parity:.4f}")
    metrics = report(
        plugin,
        [photo for photo in photos if photo.part == "test"],
        others=[photo for photo in known if photo.label == OTHER],  # in no part: nothing was learnt or chosen on them
        not_skin=gates.held_out((data / "not_skin").iterdir()),
    )
    held = measure_gates(plugin, photos, data=data, wrong_from=fitted.wrong_from, each=amounts.each)
    metrics |= {"gates": {"wrong_from": fitted.wrong_from, "figures": held}}
    masked = [row for row in masks.paths if photos[row].part == "test"]
    metrics["outline"] = outline_measures.measure(
        plugin, [photos[row] for row in masked], [masks.paths[row] for row in masked]
    )
    metrics |= {
        "parity": parity,
        "rounding": rounding,
        "config": json.loads((folder / "config.json").read_text()),
        "decision": decision,
    }
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1))
    write_card(card, file=file, version=version, size=SERVED, decision=decision, metrics=metrics)
    model_card.write(card.parent / "MODEL_CARD.md", metrics)


def decide(photos: list[LabelledPhoto], predictions: Predictions) -> dict[str, object]:
    """Return the card's `decision` but for its gates, from validation photos and what the network says of them."""
    truth = np.array([LABELS.index(photo.label) for photo in photos])
    strata = np.array([f"{photo.camera}/{photo.label}" for photo in photos])
    offset, heat = thresholds.calibration(predictions.logits, truth, strata)
    p = calibrated(thresholds.softmax(predictions.logits), temperature=heat, bias=offset)
    score = p[:, [LABELS.index(code) for code in ALARM]].sum(axis=1)
    malignant = np.isin(truth, [LABELS.index(code) for code in ALARM])
    camera = np.array([photo.camera for photo in photos])
    limits = [
        thresholds.alarm_above(score[camera == one], malignant[camera == one], sensitivity=SENSITIVITY)
        for one in sorted(set(camera))
    ]
    return {
        "temperature": round(heat, 4),
        "bias": offset.tolist(),
        "unsure_below": round(thresholds.unsure_below(p.max(axis=1), coverage=COVERAGE), 4),
        "alarm": {
            "labels": list(ALARM),
            "above": round(min(limits), 4),
        },
    }


def check_parity(serving: keras.Model, plugin: PhotoPlugin, x: np.ndarray) -> float:
    """Return the largest difference of a probability between Keras (`training=False`) and the shipped file."""
    worst = 0.0
    for one in x:
        logits = np.asarray(serving(one[np.newaxis].astype(np.float32), training=False)["scores"])
        shipped = plugin.engine.score(one).probabilities
        worst = max(worst, float(np.abs(thresholds.softmax(logits)[0] - shipped).max()))
    return worst


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    options.add_argument("--version", required=True, help="the version the card will state")
    return options.parse_args()


if __name__ == "__main__":
    main()
