"""The recipe from several seeds: each run decides by its own validation, the test figures are pooled over the runs.

    python -m training.seeds --data ../shared/data --run runs/shipped --others runs/seed-2 runs/seed-3

Adds them to the metrics and to the model card of `--run`, which was shipped: one lucky run must not pass for the recipe.
The networks are asked themselves, without the gates before them. Nothing is chosen by what comes out.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.evaluation import figures as measured
from classifiers.evaluation.cases import Cases, of_probabilities
from classifiers.verdict import calibrated
from training import model_card, network, pixels, thresholds
from training.command import run_recipe
from training.data import KIN, LABELS, OTHER, LabelledPhoto, read_all
from training.options import parser
from training.predictions import look
from training.report import SOURCES
from training.restore import RECIPE, write_recipe
from training.run import kept_file, network_of
from training.ship import ALARM, alarm_score, decide
from training.skin import SERVED
from training.whole_file import write_text


def main() -> None:
    """Measure the runs together, print the main figures, and write them down."""
    options = _options()
    add(options.others, run=options.run, data=options.data, card=options.card, cache=options.cache)


def add(others: Sequence[Path], *, run: Path, data: Path, card: Path, cache: Path | None = None) -> None:
    """Add what `pooled` says of the shipped run and the others to the run's metrics and to the model card."""
    kept = run / "metrics.json"
    if not kept.is_file():
        raise SystemExit(f"{run}: there is no metrics.json in it: ship it first, with training.ship")
    metrics = json.loads(kept.read_text())
    metrics["seeds"] = pooled([run, *others], data=data, cache=cache or run)
    write_text(kept, json.dumps(metrics, indent=1))
    model_card.write(card.parent / "MODEL_CARD.md", metrics)
    write_recipe(card.parent / RECIPE, metrics)


def pooled(runs: Sequence[Path], *, data: Path, cache: Path) -> dict[str, Any]:
    """Return `seeds`, `figures` {source: of all runs together} and `each` {source: each run's balanced accuracy}.

    A lesion is drawn with what all runs say of it, so that an interval is as wide as the lesions are few.
    """
    photos = [photo for photo in read_all(data) if photo.label != OTHER]
    x = pixels.load(photos, size=SERVED, cache=cache)
    answers = [_answers(run, photos, x) for run in runs]
    test = [photo for photo in photos if photo.part == "test"]
    found: dict[str, Any] = {"seeds": [_seed(run) for run in runs], "figures": {}, "each": {}}
    for source in SOURCES:
        rows = [row for row, photo in enumerate(test) if photo.origin == source]
        own = [_cases(p[rows], raised[rows], [test[row] for row in rows]) for p, raised in answers]
        figures = measured.figures(_together(own))
        figures["melanoma_auc"] = figures["auc"].get("mel")
        found["figures"][source] = {name: figures[name] for name in model_card.OF_SEEDS}
        found["each"][source] = [measured.some(one, ["balanced_accuracy"])["balanced_accuracy"] for one in own]
        said = ", ".join(f"{title} {measured.says(figures[name])}" for name, title in model_card.OF_SEEDS.items())
        print(f"{source}, {len(runs)} runs: {said}", flush=True)
    return found


def _answers(run: Path, photos: list[LabelledPhoto], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a run says of the test photos: probabilities (n, labels), and whether the alarm is raised, bool (n,)."""
    model = network.computed_in(network_of(run), "float32")
    network.round_weights(model)
    validation, test = (
        [row for row, photo in enumerate(photos) if photo.part == part] for part in ("validation", "test")
    )
    decision: dict[str, Any] = decide([photos[row] for row in validation], look(model, x[validation]))
    p = thresholds.softmax(look(model, x[test]).logits)
    p = calibrated(p, temperature=decision["temperature"], bias=np.array(decision["bias"]))
    return p, alarm_score(p) > decision["alarm"]["above"]


def _cases(p: np.ndarray, raised: np.ndarray, photos: Sequence[LabelledPhoto]) -> Cases:
    merged = KIN if {photo.source for photo in photos} == {"ham10000"} else {}
    labels, groups = [photo.label for photo in photos], [f"{photo.source}/{photo.group}" for photo in photos]
    cases = of_probabilities(p, labels, groups, LABELS, merged=merged)
    malignant = np.isin(labels, ALARM)
    return replace(cases, alarm=raised, alarm_score=alarm_score(p), malignant=malignant, has_alarm=True)


def _together(cases: Sequence[Cases]) -> Cases:
    """Return the cases of all runs as one."""
    arrays = [field.name for field in fields(Cases) if isinstance(getattr(cases[0], field.name), np.ndarray)]
    joined: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in cases]) for name in arrays}
    return replace(cases[0], **joined)


def _seed(run: Path) -> int:
    return int(json.loads(kept_file(run, "config.json").read_text())["seed"])


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--others", type=Path, nargs="+", required=True, help="runs of the same recipe, other seeds")
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
