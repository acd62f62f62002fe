"""How unlike its training photos a photo is, from the network's own features: the not-this gate."""

from dataclasses import dataclass

import keras
import numpy as np

from training.export import Head
from training.network import FEATURES

KEPT = 256  # directions that training photos vary in; what lies outside them is unfamiliar


@dataclass(frozen=True, slots=True, kw_only=True)
class Familiar:
    """The mean and the directions of training features. float32 (features,), (features, KEPT), and the scale of the rest."""

    mean: np.ndarray
    directions: np.ndarray
    inside: np.ndarray  # 1 / variance along each direction
    outside: float  # 1 / mean variance outside them

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Return float32 (n,): the mean squared deviation, inside and outside the directions weighed alike.

        A Mahalanobis distance with a probabilistic-PCA covariance (Lee et al. 2018; Tipping and Bishop 1999).
        """
        centred = features - self.mean
        along = centred @ self.directions
        rest = (centred**2).sum(axis=1) - (along**2).sum(axis=1)
        return np.asarray(((along**2) @ self.inside + rest * self.outside) / features.shape[1], dtype=np.float32)


def fit(features: np.ndarray) -> Familiar:
    """Return what is familiar in features, float32 (n, features), of training photos."""
    mean = features.mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov(features - mean, rowvar=False))
    order = np.argsort(-variances)
    kept, rest = order[:KEPT], order[KEPT:]
    return Familiar(
        mean=mean.astype(np.float32),
        directions=directions[:, kept].astype(np.float32),
        inside=(1 / variances[kept]).astype(np.float32),
        outside=float(1 / max(float(variances[rest].mean()), 1e-9)),
    )


@keras.saving.register_keras_serializable(package="checkup")
class Distance(keras.layers.Layer):
    """`Familiar.distance` as a layer: features (batch, height, width, 1280) → (batch, 1)."""

    def __init__(self, familiar: Familiar) -> None:
        super().__init__(name="not_this")
        self._familiar = familiar

    def call(self, features: object) -> object:
        """Average over the photo, then measure."""
        known = self._familiar
        centred = keras.ops.mean(features, axis=(1, 2)) - known.mean
        along = keras.ops.square(keras.ops.matmul(centred, known.directions))
        rest = keras.ops.sum(keras.ops.square(centred), axis=1, keepdims=True) - keras.ops.sum(
            along, axis=1, keepdims=True
        )
        return (keras.ops.matmul(along, known.inside[:, np.newaxis]) + rest * known.outside) / known.mean.shape[0]


def head(familiar: Familiar) -> Head:
    """Return the distance as something the served model says."""
    features = keras.Input((None, None, len(familiar.mean)))
    return Head(output="not_this", layers=(FEATURES,), net=keras.Model(features, Distance(familiar)(features)))
