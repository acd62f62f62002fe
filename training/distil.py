"""One network that learns what several say together: views drawn once, shown to every teacher, then to the student.

    python -m training.distil --data ../shared/data --teachers runs/skin-1 runs/skin-2 --run runs/distilled

A teacher is a run of `training.skin`; the student begins as the first of them. It sees no labels: what the teachers say of a
view together, of blended views above all, says more than its label does (Hinton et al. 2015; Beyer et al. 2022, "A good
teacher is patient and consistent"). `python -m training.ship` takes its run like any other.

EXPECT balanced accuracy on HAM10000's test lesions 0.75 (0.69–0.81) from three teachers (seeds 1, 2 and 3 of the student, by
`python -m training.seeds`), 0.72 from one network of their like (one seed); 1 h on 2 cores beside the teachers' own time.
"""

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from training import network
from training.batches import TaughtLoss
from training.options import parser
from training.run import Run, completed
from training.skin import BATCH, Examples, begin, read_examples, validate
from training.stages import STAGES, Stage

STAGE = Stage(size=192, epochs=7, photos=48_000, rate=3e-4, mixed=0.5, precision="mixed_bfloat16")
SHOWN = 256  # views that a teacher is shown at a time


def main() -> None:
    """Distil, saving after every epoch; print the validation figures as they come."""
    options = _options()
    distil(
        data=options.data,
        teachers=options.teachers,
        folder=options.run,
        cache=options.cache,
        seed=options.seed,
        stage=_stage(options.teachers[0], epochs=options.epochs, views=options.views),
    )


def distil(
    *,
    data: Path,
    teachers: Sequence[Path],
    folder: Path,
    cache: Path | None = None,
    seed: int = 1,
    stage: Stage,
    batch: int = BATCH,
) -> None:
    """Draw the views, ask the teachers, and train the student from where the run in `folder` was left."""
    keras.utils.set_random_seed(seed)
    examples = read_examples(data, cache=cache or folder, thumbnails=False)
    run = _run(folder, teachers, stage, seed=seed, batch=batch)
    views = _views(examples, folder=folder, stage=stage, batch=batch, seed=seed)
    logits = _teacher_logits(views, teachers, folder=folder, precision=stage.precision)
    model = run.model() or _student(teachers[0], stage, steps=len(views) // batch * stage.epochs)
    for epoch in range(run.finished, stage.epochs):
        batches = DistillationBatches(views, logits, batch=batch, seed=(seed, epoch))
        _learn(model, batches, examples, run, epoch=epoch, size=stage.size)


def _stage(teacher: Path, *, epochs: int, views: int) -> Stage:
    """Return by what the student learns: from the layer on that its backbone's own last stage learns from."""
    late = STAGES[_recipe(teacher)["backbone"]][-1].learn_from
    return replace(STAGE, epochs=epochs, photos=views, learn_from=late)


def _run(folder: Path, teachers: Sequence[Path], stage: Stage, *, seed: int, batch: int) -> Run:
    """Return the run in a folder.

    Raises SystemExit for teachers that are no runs, and for a run that was begun by another recipe.
    """
    config = {
        "seed": seed,
        "stages": [asdict(stage)],
        "batch": batch,
        "teachers": [json.loads(_kept(teacher, "config.json").read_text()) for teacher in teachers],
        "backbone": _recipe(teachers[0])["backbone"],
    }
    return Run(folder, config=config)


def _recipe(teacher: Path) -> dict[str, Any]:
    return completed(json.loads(_kept(teacher, "config.json").read_text()))


def _learn(
    model: keras.Model, batches: "DistillationBatches", examples: Examples, run: Run, *, epoch: int, size: int
) -> None:
    """Train for an epoch and keep it in the run with its figures."""
    loss = float(model.fit(batches, verbose=2).history["loss"][-1])
    figures = validate(model, examples.pixels, examples.photos)
    run.save(model, epoch=epoch, size=size, loss=loss, validation=figures)


def _student(teacher: Path, stage: Stage, *, steps: int) -> keras.Model:
    """Return the network that learns, as this teacher is before anything is learnt."""
    model = network.computed_in(_load(teacher), stage.precision)
    begin(model, stage, steps=steps, loss=TaughtLoss())
    return model


class DistillationBatches(keras.utils.PyDataset):
    """An epoch of all views in random order, each in one of its eight symmetries, with what the teachers say of it."""

    def __init__(self, views: np.ndarray, logits: np.ndarray, *, batch: int, seed: tuple[int, int]) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self._views, self._logits, self._batch, self._seed = views, logits, batch, seed
        self._order = np.random.default_rng(seed).permutation(len(views))

    def __len__(self) -> int:
        return len(self._views) // self._batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((*self._seed, index))
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        return np.stack([_turned(self._views[row], int(rng.integers(8))) for row in rows]), self._logits[rows]


def _turned(view: np.ndarray, symmetry: int) -> np.ndarray:
    """Return the square view in one of its eight symmetries."""
    turned = np.rot90(view, k=symmetry % 4)
    return turned[:, ::-1] if symmetry >= 4 else turned


def _views(examples: Examples, *, folder: Path, stage: Stage, batch: int, seed: int) -> np.ndarray:
    """Return uint8 (views, size, size, 3) of the training photos, drawn at the first call."""
    file = folder / "views.npy"
    if not file.exists():
        batches = examples.views(stage, batch=batch, seed=(seed, 0))
        unfinished = folder / "drawing.npy"
        shape = (len(batches) * batch, stage.size, stage.size, 3)
        views = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape)

        def draw(index: int) -> None:
            views[index * batch : (index + 1) * batch] = batches[index][0]

        with ThreadPoolExecutor(2) as pool:
            list(tqdm(pool.map(draw, range(len(batches))), total=len(batches), desc="drawing views"))
        views.flush()
        unfinished.rename(file)
    return np.asarray(np.load(file, mmap_mode="r"))


def _teacher_logits(views: np.ndarray, teachers: Sequence[Path], *, folder: Path, precision: str) -> np.ndarray:
    """Return the mean of the teachers' logits, float32 (views, labels), asked at the first call."""
    together = []
    for number, teacher in enumerate(teachers):
        file = folder / f"logits-{number}.npy"
        if not file.exists():
            np.save(file, _asked(views, teacher, turns=number, precision=precision))
        together.append(np.load(file))
    return np.asarray(np.mean(together, axis=0))


def _asked(views: np.ndarray, teacher: Path, *, turns: int, precision: str) -> np.ndarray:
    """Return a teacher's logits of all views, each turned by so many quarters.

    Each teacher sees the view another way up: together they are wrong less often.
    """
    model = network.computed_in(_load(teacher), precision)
    logits = []
    for start in tqdm(range(0, len(views), SHOWN), desc=f"asking {teacher.name}"):
        shown = np.rot90(views[start : start + SHOWN], k=turns, axes=(1, 2))
        logits.append(np.asarray(model.predict_on_batch(shown)))
    return np.concatenate(logits).astype(np.float32)


def _load(teacher: Path) -> keras.Model:
    return keras.models.load_model(_kept(teacher, "last.keras"), compile=False)


def _kept(teacher: Path, name: str) -> Path:
    """Return a file of a teacher's run. Raises SystemExit where it is not there."""
    if not (teacher / name).is_file():
        raise SystemExit(f"{teacher}: no run of training.skin, there is no {name} in it: give one that has learnt")
    return teacher / name


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--teachers", type=Path, nargs="+", required=True, help="runs of training.skin")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--epochs", type=int, default=STAGE.epochs, help=f"default: {STAGE.epochs}")
    options.add_argument("--views", type=int, default=STAGE.photos, help=f"of an epoch; default: {STAGE.photos}")
    return options.parse_args()


if __name__ == "__main__":
    main()
