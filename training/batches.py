"""Batches for training: every camera in each, rare labels drawn more often, and the prior this makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from training.augment import augment
from training.data import CAMERAS, LABELS, THUMBNAIL, LabelledPhoto
from training.pixels import PixelSource

_CAMERAS = (*CAMERAS, THUMBNAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """How photos are shown: at which size, and how many an epoch."""

    size: int
    photos: int = 14_000
    mixed: float = 0.0  # the share of views that are blended with another of the same camera


class Batches(keras.utils.PyDataset):
    """An epoch of batches of random views of `pixels[rows]`. Reproducible: each batch has its own seed.

    Strata (label within camera) are drawn with the square root of their size, photos evenly within one. x: uint8
    (batch, size, size, 3). y: float32 (batch, 2, labels): the label one-hot, and the log prior of each label in the
    photo's camera as drawn, for the logit-adjusted loss (Menon et al. 2021).
    """

    def __init__(
        self,
        pixels: PixelSource,
        photos: Sequence[LabelledPhoto],
        rows: Sequence[int],
        *,
        stage: Views,
        batch: int,
        seed: tuple[int, int],
    ) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self._pixels, self._photos, self._rows = pixels, photos, np.asarray(rows)
        self._stage, self._batch, self._seed = stage, batch, seed
        self._label = np.array([LABELS.index(photos[row].label) for row in rows])
        self._camera = np.array([_CAMERAS.index(photos[row].camera) for row in rows])
        self._draw_by_stratum()

    def _draw_by_stratum(self) -> None:
        """Set the chance of each row to be drawn, and each camera's log prior of the labels, which this makes."""
        stratum = self._camera * len(LABELS) + self._label
        sizes = np.bincount(stratum, minlength=len(_CAMERAS) * len(LABELS)).astype(float)
        drawn = np.sqrt(sizes) / np.sqrt(sizes).sum()
        self._chance = (drawn / np.maximum(sizes, 1))[stratum]
        self._chance /= self._chance.sum()
        by_camera = drawn.reshape(len(_CAMERAS), len(LABELS))
        of_camera = np.maximum(by_camera.sum(axis=1, keepdims=True), 1e-9)  # no photo is of some cameras
        self._log_prior = np.log(np.maximum(by_camera / of_camera, 1e-3)).astype(np.float32)

    def __len__(self) -> int:
        return self._stage.photos // self._batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        drawn, rng = self._drawn(index)
        x = np.stack([self._view(row, rng) for row in self._rows[drawn]])
        one_hot = np.eye(len(LABELS), dtype=np.float32)[self._label[drawn]]
        x, one_hot = _mix(x, one_hot, self._camera[drawn], share=self._stage.mixed, rng=rng)
        return x, np.stack([one_hot, self._log_prior[self._camera[drawn]]], axis=1)

    def _drawn(self, index: int) -> tuple[np.ndarray, np.random.Generator]:
        """Return which of the rows a batch is made of, int (batch,), and what draws on from there."""
        rng = np.random.default_rng((*self._seed, index))
        return rng.choice(len(self._chance), size=self._batch, p=self._chance), rng

    def _view(self, row: int, rng: np.random.Generator) -> np.ndarray:
        return augment(self._pixels[row], size=self._stage.size, rng=rng)


def _mix(
    x: np.ndarray, one_hot: np.ndarray, cameras: np.ndarray, *, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Blend a share of the views with another of their camera, and their labels alike (MixUp, Zhang et al. 2018)."""
    x, mixed = x.copy(), one_hot.copy()
    for at in np.flatnonzero(rng.random(len(x)) < share):
        other = rng.choice(np.flatnonzero(cameras == cameras[at]))
        own = rng.beta(0.4, 0.4)
        x[at] = np.round(own * x[at] + (1 - own) * x[other]).astype(np.uint8)
        mixed[at] = own * one_hot[at] + (1 - own) * one_hot[other]
    return x, mixed


@keras.saving.register_keras_serializable(package="checkup")
class LogitAdjustedLoss(keras.losses.Loss):
    """Cross-entropy of logits + log prior (Menon et al. 2021): the logits themselves then mean evenly mixed labels."""

    def call(self, y_true: object, y_pred: object) -> object:
        """Take y_true float32 (batch, 2, labels) from `Batches` and y_pred logits (batch, labels)."""
        one_hot, log_prior = y_true[:, 0], y_true[:, 1]  # type: ignore[index]
        return keras.losses.categorical_crossentropy(one_hot, y_pred + log_prior, from_logits=True)


@keras.saving.register_keras_serializable(package="checkup")
class TaughtLoss(keras.losses.Loss):
    """Cross-entropy of a student with its teachers' logits, both softened by temperature 2 (Hinton et al. 2015)."""

    SOFTENED = 2.0

    def call(self, y_true: object, y_pred: object) -> object:
        """Take the teachers' logits (batch, labels) and the student's."""
        taught = keras.ops.softmax(y_true / self.SOFTENED)  # type: ignore[operator]
        student = y_pred / self.SOFTENED  # type: ignore[operator]
        # Times the square of the temperature, so that gradients are as large as without it.
        return self.SOFTENED**2 * keras.losses.categorical_crossentropy(taught, student, from_logits=True)


@keras.saving.register_keras_serializable(package="checkup")
class TaughtAndLabelledLoss(keras.losses.Loss):
    """`TaughtLoss` and, with a weight, `LogitAdjustedLoss`: what teachers say of a view, and its label."""

    def __init__(self, *, labels: float, name: str = "taught_and_labelled", **others: Any) -> None:
        super().__init__(name=name, **others)
        self._labels, self._taught, self._labelled = labels, TaughtLoss(), LogitAdjustedLoss()

    def call(self, y_true: object, y_pred: object) -> object:
        """Take y_true float32 (batch, 3, labels), the label's two rows and the teachers' logits, and logits (batch, labels)."""
        labelled, taught = y_true[:, :2], y_true[:, 2]  # type: ignore[index]
        return self._taught.call(taught, y_pred) + self._labels * self._labelled.call(labelled, y_pred)  # type: ignore[operator]

    def get_config(self) -> dict[str, Any]:
        """Return what it is made of, for a saved model."""
        return {**super().get_config(), "labels": self._labels}
