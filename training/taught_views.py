"""Views of the training photos drawn once, with their labels and what each teacher says of them, kept in a run's folder."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from training import network
from training.batches import Batches
from training.mapped_file import mapped
from training.run import completed, kept_file, network_of
from training.whole_file import whole

SHOWN = 256  # views that a teacher is shown at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnViews:
    """Views as they were drawn."""

    pixels: np.ndarray  # uint8 (views, size, size, 3)
    # float32 (views, 2, labels): the label, mixed as the view is, and its log prior, as of `Batches`
    labels: np.ndarray


def draw(batches: Batches, *, folder: Path) -> DrawnViews:
    """Return the views of an epoch, drawn at the first call. Files of before there were labels in them are drawn anew."""
    pixels, labels = folder / "views.npy", folder / "labels.npy"
    if not (pixels.exists() and labels.exists()):
        _draw(batches, pixels=pixels, labels=labels)
    return DrawnViews(pixels=np.asarray(np.load(pixels, mmap_mode="r")), labels=np.load(labels))


def _draw(batches: Batches, *, pixels: Path, labels: Path) -> None:
    """Write both files, the pixels last, so that they are there only once they are whole."""
    first, told = batches[0]
    count = len(batches) * len(first)
    unfinished = pixels.with_name("drawing.npy")
    views = mapped(unfinished, (count, *first.shape[1:]))
    learnt = np.empty((count, *told.shape[1:]), dtype=np.float32)

    def one(index: int) -> None:
        rows = slice(index * len(first), (index + 1) * len(first))
        views[rows], learnt[rows] = batches[index]

    with ThreadPoolExecutor(2) as pool:
        list(tqdm(pool.map(one, range(len(batches))), total=len(batches), desc="drawing views"))
    with whole(labels) as written:
        np.save(written, learnt)
    views.flush()
    unfinished.rename(pixels)


def logits(views: np.ndarray, teachers: Sequence[Path], *, folder: Path) -> np.ndarray:
    """Return the mean of the teachers' logits, float32 (views, labels), asked at the first call.

    Raises SystemExit for a teacher that is no run.
    """
    together = []
    for number, teacher in enumerate(teachers):
        file = folder / f"logits-{number}.npy"
        if not file.exists():
            asked = _asked(views, teacher, turns=number)
            with whole(file) as unfinished:
                np.save(unfinished, asked)
        together.append(np.load(file))
    return np.asarray(np.mean(together, axis=0))


def _asked(views: np.ndarray, teacher: Path, *, turns: int) -> np.ndarray:
    """Return a teacher's logits of all views, each turned by so many quarters, in the precision that it learnt in last.

    Each teacher sees the view another way up: together they are wrong less often.
    """
    recipe = completed(json.loads(kept_file(teacher, "config.json").read_text()))
    model = network.computed_in(network_of(teacher), recipe["stages"][-1]["precision"])
    found = []
    for start in tqdm(range(0, len(views), SHOWN), desc=f"asking {teacher.name}"):
        shown = np.rot90(views[start : start + SHOWN], k=turns, axes=(1, 2))
        found.append(np.asarray(model.predict_on_batch(shown)))
    return np.concatenate(found).astype(np.float32)
