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
    both = keras.Model(model.input, [model.output, average])
    found = [both.predict_on_batch(pixels[start : start + batch]) for start in range(0, len(pixels), batch)]
    return Predictions(
        logits=np.concatenate([np.asarray(logits) for logits, _ in found]).astype(np.float32),
        features=np.concatenate([np.asarray(features) for _, features in found]).astype(np.float32),
    )
