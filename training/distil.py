"""One network that learns what several say together: views drawn once, shown to every teacher, then to the student.

    python -m training.distil --data ../shared/data --teachers runs/skin-1 runs/skin-2 --run runs/distilled

A teacher is a run of `training.skin` or of this; the student begins as the first of them, or as the run of `--student`. It
sees no labels: what the teachers say of a view together, of blended views above all, says more than its label does (Hinton et
al. 2015; Beyer et al. 2022, "A good teacher is patient and consistent"). A student that is to become a teacher beside its own
sees them, too: `--labels 1`. `python -m training.ship` takes its run like any other.

EXPECT balanced accuracy on HAM10000's test lesions 0.75 (0.69–0.81) from three teachers (seeds 1, 2 and 3 of the student, by
`python -m training.seeds`), 0.72 from one network of their like (one seed); 1 h on 2 cores beside the teachers' own time.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training import network, taught_views
from training.batches import TaughtAndLabelledLoss, TaughtLoss
from training.command import run_recipe
from training.options import at_least, parser
from training.run import Run, completed, kept_file, network_of
from training.skin import BATCH, Examples, begin, read_examples, validate
from training.softening import soften
from training.stages import STAGES, Stage

STAGE = Stage(size=192, epochs=7, photos=48_000, rate=3e-4, mixed=0.5, precision="mixed_bfloat16")


def main() -> None:
    """Distil, saving after every epoch; print the validation figures as they come."""
    options = _options()
    distil(
        data=options.data,
        lesson=Lesson(teachers=options.teachers, student=options.student, labels=options.labels, soften=options.soften),
        folder=options.run,
        cache=options.cache,
        seed=options.seed,
        stage=_stage(options),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """From whom a student learns, all of them runs."""

    teachers: Sequence[Path]
    student: Path | None = None  # the run that it begins as; None: the first teacher
    labels: float = 0.0  # how much a view's own label counts beside what the teachers say of it
    soften: bool = False  # whether the student sees the views softened, which its teachers do not

    @property
    def begun(self) -> Path:
        """The run that the student begins as."""
        return self.student or self.teachers[0]

    def config(self) -> dict[str, Any]:
        """Return what a run notes of it. Raises SystemExit for teachers that are no runs."""
        found = {"teachers": [noted(run) for run in self.teachers], "backbone": _recipe(self.begun)["backbone"]}
        found |= {"student": noted(self.student)} if self.student else {}
        found |= {"labels": self.labels} if self.labels else {}
        return found | ({"soften": True} if self.soften or _recipe(self.begun).get("soften") else {})


def distil(
    *,
    data: Path,
    lesson: Lesson,
    folder: Path,
    cache: Path | None = None,
    seed: int = 1,
    stage: Stage,
    batch: int = BATCH,
) -> None:
    """Draw the views, ask the teachers, and train the student from where the run in `folder` was left.

    Raises SystemExit for teachers that are no runs, and for a run that was begun by another recipe.
    """
    keras.utils.set_random_seed(seed)
    examples = read_examples(data, cache=cache or folder, thumbnails=False)
    run = Run(folder, config={"seed": seed, "stages": [asdict(stage)], "batch": batch, **lesson.config()})
    views = taught_views.draw(examples.views(stage, batch=batch, seed=(seed, 0)), folder=folder)
    told = _told(views, lesson, folder=folder)
    model = run.model() or _student(lesson, stage, steps=len(told) // batch * stage.epochs)
    for epoch in range(run.finished, stage.epochs):
        batches = DistillationBatches(views.pixels, told, batch=batch, seed=(seed, epoch))
        _learn(model, batches, examples, run, epoch=epoch, size=stage.size)


def _stage(options: argparse.Namespace) -> Stage:
    """Return by what the student learns, where not asked otherwise as in its backbone's own last stage."""
    last = STAGES[_recipe(options.student or options.teachers[0])["backbone"]][-1]
    late = None if options.all_layers else last.learn_from
    return replace(
        STAGE,
        size=options.size,
        epochs=options.epochs,
        photos=options.views,
        learn_from=late,
        precision=last.precision,
    )


def noted(run: Path) -> dict[str, Any]:
    """Return what a run was asked for and, where it was stopped before it had learnt all of it, after how many epochs.

    The epochs of one that was tuned are the tuning's.
    """
    config = dict(json.loads(kept_file(run, "config.json").read_text()))
    log = run / "epochs.jsonl"
    finished = len(log.read_text().splitlines()) if log.exists() else 0  # of a run that was restored nothing is logged
    if "stages" not in config:
        raise SystemExit(f"{run}: no run of training.skin or training.distil: give the folder of one")
    whole = sum(stage["epochs"] for stage in config["stages"])
    stopped = "tuned" not in config and 0 < finished < whole
    return config | ({"stopped_after": finished} if stopped else {})


def _recipe(run: Path) -> dict[str, Any]:
    return completed(noted(run))


def _learn(
    model: keras.Model, batches: "DistillationBatches", examples: Examples, run: Run, *, epoch: int, size: int
) -> None:
    """Train for an epoch and keep it in the run with its figures."""
    loss = float(model.fit(batches, verbose=2).history["loss"][-1])
    figures = validate(model, examples.pixels, examples.photos)
    run.save(model, epoch=epoch, size=size, loss=loss, validation=figures)


def _told(views: taught_views.DrawnViews, lesson: Lesson, *, folder: Path) -> np.ndarray:
    """Return what the student is told of each view: logits (views, labels), or with labels (views, 3, labels)."""
    logits = taught_views.logits(views.pixels, lesson.teachers, folder=folder)
    return np.concatenate([views.labels, logits[:, np.newaxis]], axis=1) if lesson.labels else logits


def _student(lesson: Lesson, stage: Stage, *, steps: int) -> keras.Model:
    """Return the network that learns, as the run it begins as left it."""
    model = network_of(lesson.begun)
    model = network.computed_in(soften(model) if lesson.soften else model, stage.precision)
    begin(
        model, stage, steps=steps, loss=TaughtAndLabelledLoss(labels=lesson.labels) if lesson.labels else TaughtLoss()
    )
    return model


class DistillationBatches(keras.utils.PyDataset):
    """An epoch of all views in random order, each in one of its eight symmetries, with what is told of it."""

    def __init__(self, views: np.ndarray, told: np.ndarray, *, batch: int, seed: tuple[int, int]) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self._views, self._told, self._batch, self._seed = views, told, batch, seed
        self._order = np.random.default_rng(seed).permutation(len(views))

    def __len__(self) -> int:
        return len(self._views) // self._batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((*self._seed, index))
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        return np.stack([_turned(self._views[row], int(rng.integers(8))) for row in rows]), self._told[rows]


def _turned(view: np.ndarray, symmetry: int) -> np.ndarray:
    """Return the square view in one of its eight symmetries."""
    turned = np.rot90(view, k=symmetry % 4)
    return turned[:, ::-1] if symmetry >= 4 else turned


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--teachers", type=Path, nargs="+", required=True, help="runs of training.skin")
    options.add_argument("--student", type=Path, help="the run it begins as; default: the first teacher")
    options.add_argument("--labels", type=float, default=0.0, help="how much a view's own label counts; default: 0")
    options.add_argument("--soften", action="store_true", help="let the student see softened views")
    options.add_argument("--all-layers", action="store_true", help="let the early layers learn, too")
    options.add_argument(
        "--size", type=at_least(32), default=STAGE.size, help=f"of a view, in pixels; default: {STAGE.size}"
    )
    options.add_argument("--seed", type=at_least(0), default=1)
    options.add_argument("--epochs", type=at_least(1), default=STAGE.epochs, help=f"default: {STAGE.epochs}")
    options.add_argument(
        "--views", type=at_least(BATCH), default=STAGE.photos, help=f"of an epoch; default: {STAGE.photos}"
    )
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
