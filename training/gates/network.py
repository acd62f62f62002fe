"""The small network of a gate: how it learns from features."""

from typing import Any

import keras
import numpy as np

from training.lite_file import Gate
from training.optimizer import AdamW

_FAR = 6.0  # standard deviations: further away is not told apart, so that nothing strange can leap over a limit


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
    optimizer = AdamW(rate, weight_decay=1e-3)
    optimizer.build(net.trainable_variables)  # within the first step it would have that traced twice
    net.compile(optimizer=optimizer, loss=WeightedLoss())
    yes = (target > 0).sum(axis=0) / np.maximum((target >= 0).sum(axis=0), 1)
    weight = np.where(target > 0, 0.5 / np.maximum(yes, 1e-3), 0.5 / np.maximum(1 - yes, 1e-3)) * (target >= 0)
    asked = np.stack([np.maximum(target, 0), weight], axis=1).astype(np.float32)
    net.fit(features, asked, batch_size=128, epochs=epochs, verbose=0)
    return net


def restored(gate: Gate) -> keras.Model:
    """Return the network of a shipped gate."""
    usual = np.stack([gate.mean - 1 / gate.scale, gate.mean + 1 / gate.scale])  # whose mean and spread are the gate's
    net = _network(usual, hidden=len(gate.hidden[1]), outputs=len(gate.said[1]))
    hidden, said = (layer for layer in net.layers if isinstance(layer, keras.layers.Dense))
    hidden.set_weights(list(gate.hidden))
    said.set_weights(list(gate.said))
    return net


def _network(usual: np.ndarray, *, hidden: int, outputs: int) -> keras.Model:
    normal = keras.layers.Normalization(mean=usual.mean(axis=0), variance=usual.var(axis=0) + 1e-6)
    given = keras.Input((usual.shape[1],))
    seen = keras.layers.Dropout(0.2)(keras.ops.clip(normal(given), -_FAR, _FAR))
    return keras.Model(given, keras.layers.Dense(outputs)(keras.layers.Dense(hidden, activation="relu")(seen)))


class WeightedLoss(keras.losses.Loss):
    """Cross-entropy of logits, each output of each picture with a weight of its own."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Take y_true float32 (batch, 2, outputs), targets and weights, and y_pred logits (batch, outputs)."""
        each = keras.ops.binary_crossentropy(y_true[:, 0], y_pred, from_logits=True)
        return keras.ops.sum(each * y_true[:, 1], axis=-1)
