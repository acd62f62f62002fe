"""What all compared models share: the photos, the budget, and what each must return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import backbones
from training.data import LABELS, LabelledPhoto

SERVED = 224
EPOCHS = 8
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Photos and their pixels, uint8 (photos, 224, 224, 3), and the rows to learn from and to answer, the same for all."""

    photos: Sequence[LabelledPhoto]
    pixels: np.ndarray
    training: Sequence[int]
    asked: Sequence[int]
    budget: int  # views that a network may learn from
    weights: Path | None  # of the backbone, ImageNet
    seed: int = 1
    epochs: int = EPOCHS
    batch: int = BATCH
    backbone: str = backbones.MOBILENET_V2  # which the networks from ImageNet are made of


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineResult:
    """What a baseline answers, and what it costs."""

    logits: np.ndarray  # float (asked, labels)
    views: int | None  # that it learned from; None: it was made elsewhere
    megabytes: float
    one: Callable[[], object]  # answers one photo that is decoded already, to be timed
    calibrated: bool = False  # its logits are the logarithms of probabilities that need no more calibration


Baseline = Callable[[Benchmark, Path], BaselineResult]


def rows_learned_from(benchmark: Benchmark) -> np.ndarray:
    """Return the rows that a model without views learns from: each photo once, as many as the budget allows."""
    rows = np.array(benchmark.training)
    if len(rows) <= benchmark.budget:
        return rows
    return np.sort(np.random.default_rng(benchmark.seed).choice(rows, benchmark.budget, replace=False))


def views_learned_from(benchmark: Benchmark) -> int:
    """Return how many views a network learns from: whole batches in every epoch, within the budget."""
    return benchmark.budget // benchmark.epochs // benchmark.batch * benchmark.batch * benchmark.epochs


def labels_of(benchmark: Benchmark, rows: np.ndarray) -> np.ndarray:
    """Return the labels' places, int (rows,), of these photos."""
    return np.array([LABELS.index(benchmark.photos[row].label) for row in rows])


def megabytes_of(*files: Path) -> float:
    """Return the size of these files together, in millions of bytes."""
    return sum(file.stat().st_size for file in files) / 1e6
