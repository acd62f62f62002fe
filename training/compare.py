"""Compare models: the same split, the same budget of views, the same calibration; measured on the same test photos.

    python -m training.compare --data ../shared/data --weights MOBILENET_V2_NOTOP.weights.h5 --run runs/compare \\
        --budget 60000 --teachers runs/skin-1 runs/skin-2

Writes docs/comparison.md and docs/comparison.png. Each baseline's result is kept in the run: killed on the way, the
same command goes on, networks after their last finished epoch. Nothing is chosen by what comes out.
"""

import argparse
import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from classifiers.card import read_photo_card
from classifiers.evaluation import figures
from classifiers.evaluation.cases import Cases, of_probabilities
from classifiers.verdict import calibrated
from training import baselines, comparison, pixels, thresholds, timing
from training.benchmark import SERVED, Baseline, BaselineResult, Benchmark
from training.command import run_recipe
from training.data import KIN, LABELS, OTHER, LabelledPhoto, read_all
from training.options import at_least, parser
from training.run import kept_file
from training.whole_file import write_text

SOURCES = ("ham10000", "milk10k/dermatoscope", "milk10k/close-up", "pad_ufes_20")
BUDGET = 60_000


def main() -> None:
    """Let every baseline learn and answer, then write the table and the plot."""
    options = _options()
    _refuse_what_ends_late(options)
    names = dict(BASELINES)
    names["what ships"] = baselines.shipped(options.card)
    if options.teachers:
        names["its teachers, together"] = baselines.teachers(options.teachers)
    benchmark = read_benchmark(
        options.data,
        budget=options.budget,
        weights=options.weights,
        cache=options.cache or options.run,
        seed=options.seed,
    )
    told = ["--budget", str(options.budget), "--seed", str(options.seed)] + (
        ["--teachers", *("RUN" for _ in options.teachers)] if options.teachers else []
    )
    command = f"python -m training.compare --data DATA --weights WEIGHTS --run RUN {shlex.join(told)}"
    results = compare(benchmark, names, folder=options.run)
    comparison.write(options.docs, results, command=command, budget=benchmark.budget)


def _refuse_what_ends_late(options: argparse.Namespace) -> None:
    """Raise SystemExit or CardFaults for what would be missed after hours."""
    read_photo_card(options.card)
    for run in options.teachers:
        kept_file(run, "last.keras")
    if options.weights and not options.weights.is_file():
        raise SystemExit(f"{options.weights}: is not there: give the file of MobileNetV2's weights with --weights")


BASELINES: dict[str, Baseline] = {
    "colour and texture, boosted trees": baselines.colour_and_texture,
    "ImageNet features, logistic regression": baselines.features_and_regression,
    "small network from scratch": baselines.small_network,
    "MobileNetV2, 128 px": baselines.mobilenet(learns_at=112, served_at=128),
    "MobileNetV2, 224 px": baselines.mobilenet(learns_at=192, served_at=224),
}


def read_benchmark(data: Path, *, budget: int, weights: Path | None, cache: Path, seed: int) -> Benchmark:
    """Return what all baselines share. Validation and test photos are asked, in this order of the table."""
    photos, x = pixels.load_readable(
        [photo for photo in read_all(data) if photo.label != OTHER], size=SERVED, cache=cache
    )
    parts = [photo.part for photo in photos]
    return Benchmark(
        photos=photos,
        pixels=x,
        training=[row for row, part in enumerate(parts) if part == "training"],
        asked=[row for row, part in enumerate(parts) if part != "training"],
        budget=budget,
        weights=weights,
        seed=seed,
    )


def compare(benchmark: Benchmark, names: dict[str, Baseline], *, folder: Path) -> dict[str, dict[str, Any]]:
    """Return each baseline's result, from the run's folder where it is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    bare = timing.bare_mobilenet(folder)
    results = {}
    for name, baseline in names.items():
        own = folder / "".join(letter if letter.isalnum() else "-" for letter in name)
        own.mkdir(exist_ok=True)
        results[name] = _kept(benchmark, baseline, own) or _judged(benchmark, name, baseline, own, bare)
        print(f"{name}: " + ", ".join(comparison.cells(results[name])), flush=True)
    return results


def _kept(benchmark: Benchmark, baseline: Baseline, folder: Path) -> dict[str, Any] | None:
    """Return the result kept in a baseline's folder, None where there is none, or another version of it was judged.

    Raises SystemExit for another benchmark's.
    """
    file = folder / "result.json"
    result: dict[str, Any] | None = json.loads(file.read_text()) if file.exists() else None
    if result and result["asked_for"] != _asked_for(benchmark):
        raise SystemExit(f"{file}: of another budget, seed or data: give another --run, or delete this one")
    return result if result and result.get("baseline", baseline.__doc__) == baseline.__doc__ else None


def _judged(
    benchmark: Benchmark, name: str, baseline: Baseline, folder: Path, bare: Callable[[], object]
) -> dict[str, Any]:
    """Return a baseline's result after it has learned and answered, and keep it in its folder."""
    print(f"{name}: {baseline.__doc__}", flush=True)
    result = {"asked_for": _asked_for(benchmark), "baseline": baseline.__doc__}
    result |= judge(benchmark, baseline(benchmark, folder), bare)
    write_text(folder / "result.json", json.dumps(result, indent=1))
    return result


def _asked_for(benchmark: Benchmark) -> dict[str, int]:
    return {"budget": benchmark.budget, "seed": benchmark.seed, "asked": len(benchmark.asked)}


def judge(benchmark: Benchmark, answers: BaselineResult, bare: Callable[[], object]) -> dict[str, Any]:
    """Return the figures of answers, by source, on the test part, after calibration on the validation part."""
    photos = [benchmark.photos[row] for row in benchmark.asked]
    parts = np.array([photo.part for photo in photos])
    p = np.exp(answers.logits) if answers.calibrated else _calibrated(answers.logits, photos, parts == "validation")
    with threadpool_limits(limits=1):
        own, beside = timing.milliseconds(answers.one, bare)

    def measured(chosen: Sequence[bool]) -> dict[str, Any]:
        rows = np.flatnonzero((parts == "test") & np.array(chosen))
        return figures.some(_cases(p[rows], [photos[row] for row in rows]), comparison.FIGURES)

    return {
        "views": answers.views,
        "megabytes": answers.megabytes,
        "milliseconds": own,
        "times_bare": own / beside,
        "sources": {one: measured([photo.origin == one for photo in photos]) for one in SOURCES},
        "dermatoscope": measured([photo.camera == "dermatoscope" for photo in photos]),
    }


def _calibrated(logits: np.ndarray, photos: Sequence[LabelledPhoto], validation: np.ndarray) -> np.ndarray:
    """Return probabilities after a bias per label and a temperature, as what ships has (see `training.ship`)."""
    known = [photo for photo, chosen in zip(photos, validation, strict=True) if chosen]
    truth = np.array([LABELS.index(photo.label) for photo in known])
    strata = np.array([f"{photo.camera}/{photo.label}" for photo in known])
    offset, heat = thresholds.calibration(logits[validation], truth, strata)
    return calibrated(thresholds.softmax(logits), temperature=heat, bias=offset)


def _cases(p: np.ndarray, photos: Sequence[LabelledPhoto]) -> Cases:
    alone = {photo.source for photo in photos} == {"ham10000"}
    labels, groups = [photo.label for photo in photos], [f"{photo.source}/{photo.group}" for photo in photos]
    return of_probabilities(p, labels, groups, LABELS, merged=KIN if alone else {})


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.set_defaults(run=Path("runs/compare"))
    options.add_argument(
        "--budget", type=at_least(1), default=BUDGET, help="photo views that each network may learn from"
    )
    options.add_argument(
        "--weights", type=Path, help="MobileNetV2 without its head, ImageNet; downloaded when not given"
    )
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"), help="what ships")
    options.add_argument(
        "--teachers", type=Path, nargs="+", default=[], help="the runs of the networks that what ships learnt from"
    )
    options.add_argument("--docs", type=Path, default=Path("docs"), help="where the table and the plot go")
    options.add_argument("--seed", type=at_least(0), default=1)
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
