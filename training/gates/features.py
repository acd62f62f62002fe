"""What the gates see of a photo: mean and spread of the network's features, early ones and late ones."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from training.export import Head
from training.network import FEATURES

# Early layers still tell the things of the world apart, which the last ones, busy with lesions, have unlearnt.
LAYERS = ("block_2_add", "block_5_add", "block_9_add", "block_12_add", "block_15_add", FEATURES)
_FAR = 6.0  # standard deviations: further away is not told apart, so that nothing strange can leap over a limit


class FeatureExtractor:
    """Looks at photos through a network, many at once."""

    def __init__(self, model: keras.Model, *, batch: int = 64) -> None:
        tensors = [model.get_layer(name).output for name in LAYERS]
        self._net, self._batch = keras.Model(model.input, [model.output, pooled(tensors)]), batch

    def look(self, pixels: Sequence[np.ndarray] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return logits, float32 (n, labels), and pooled features, float32 (n, features), of uint8 (n, side, side, 3)."""
        found = [
            self._net.predict_on_batch(np.asarray(pixels[start : start + self._batch]))
            for start in range(0, len(pixels), self._batch)
        ]
        logits, features = zip(*found, strict=True)
        return np.concatenate(logits).astype(np.float32), np.concatenate(features).astype(np.float32)


def pooled(tensors: Sequence[Any]) -> Any:
    """Return mean and spread over the photo of every layer's channels, of the last layer the mean alone: (batch, features)."""
    parts = []
    for at, tensor in enumerate(tensors):
        mean = keras.ops.mean(tensor, axis=(1, 2))
        parts.append(mean)
        if at < len(tensors) - 1:
            variance = keras.ops.mean(keras.ops.square(tensor), axis=(1, 2)) - keras.ops.square(mean)
            parts.append(keras.ops.sqrt(keras.ops.maximum(variance, 1e-6)))
    return keras.ops.concatenate(parts, axis=1)


def learn(
    features: np.ndarray, target: np.ndarray, *, usual: np.ndarray, hidden: int, epochs: int, seed: int
) -> keras.Model:
    """Return a small network, features (n, features) → logits (n, outputs), with one hidden layer.

    `target` float32 (n, outputs): 1 or 0, and -1 where nothing is asked; of each output yes and no count alike. `usual`
    (m, features) are those of good photos: features are measured by their mean and spread.
    """
    keras.utils.set_random_seed(seed)
    net = _network(usual, hidden=hidden, outputs=target.shape[1])
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(features) // 128))
    net.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3), loss=WeightedLoss())
    yes = (target > 0).sum(axis=0) / np.maximum((target >= 0).sum(axis=0), 1)
    weight = np.where(target > 0, 0.5 / np.maximum(yes, 1e-3), 0.5 / np.maximum(1 - yes, 1e-3)) * (target >= 0)
    asked = np.stack([np.maximum(target, 0), weight], axis=1).astype(np.float32)
    net.fit(features, asked, batch_size=128, epochs=epochs, verbose=0)
    return net


def _network(usual: np.ndarray, *, hidden: int, outputs: int) -> keras.Model:
    given = keras.Input((usual.shape[1],))
    steps = [
        keras.layers.Normalization(mean=usual.mean(axis=0), variance=usual.var(axis=0) + 1e-6),
        lambda tensor: keras.ops.clip(tensor, -_FAR, _FAR),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(hidden, activation="relu"),
        keras.layers.Dense(outputs),
    ]
    logits: Any = given
    for step in steps:
        logits = step(logits)
    return keras.Model(given, logits)


class WeightedLoss(keras.losses.Loss):
    """Cross-entropy of logits, each output of each picture with a weight of its own."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Take y_true float32 (batch, 2, outputs), targets and weights, and y_pred logits (batch, outputs)."""
        each = keras.ops.binary_crossentropy(y_true[:, 0], y_pred, from_logits=True)
        return keras.ops.sum(each * y_true[:, 1], axis=-1)


def head(output: str, net: keras.Model, model: keras.Model) -> Head:
    """Return `net` as something the served model says."""
    inputs = [keras.Input(model.get_layer(name).output.shape[1:]) for name in LAYERS]
    return Head(output=output, layers=LAYERS, net=keras.Model(inputs, net(pooled(inputs)), name=output))
