"""A trained network looks at photos: logits and features, once, for everything that is measured afterwards."""

from dataclasses import dataclass

import keras
import numpy as np

from training.network import FEATURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What the network says of n photos."""

    logits: np.ndarray  # float32 (n, labels)
    features: np.ndarray  # float32 (n, 1280), averaged over the photo


def look(model: keras.Model, pixels: np.ndarray, *, batch: int = 64) -> Predictions:
    """Return what `model` says of pixels, uint8 (n, height, width, 3)."""
    average = keras.layers.GlobalAveragePooling2D()(model.get_layer(FEATURES).output)
    logits, features = outputs(keras.Model(model.input, [model.output, average]), pixels, batch=batch)
    return Predictions(logits=logits, features=features)


def outputs(model: keras.Model, pixels: np.ndarray, *, batch: int = 64) -> list[np.ndarray]:
    """Return every output of `model`, float32 (n, …), for pixels, uint8 (n, height, width, 3).

    `keras.Model.predict` makes a pipeline first, which takes longer than a few photos do.
    """
    found = [model.predict_on_batch(pixels[start : start + batch]) for start in range(0, len(pixels), batch)]
    several = [each if isinstance(each, list | tuple) else [each] for each in found]
    return [np.concatenate(list(map(np.asarray, one))).astype(np.float32) for one in zip(*several, strict=True)]
