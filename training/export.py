"""From a trained Keras model to the LiteRT file that is shipped, and the proof that both say the same."""

from pathlib import Path

import keras
import numpy as np

from training.familiar import Familiar
from training.network import FEATURES, MAPS


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


def serving(model: keras.Model, familiar: Familiar, *, size: int) -> keras.Model:
    """Return the model that is shipped: pixels float32 (1, size, size, 3) 0–255 → logits, class maps, not_this."""
    inner = keras.Model(model.input, [model.output, model.get_layer(MAPS).output, model.get_layer(FEATURES).output])
    pixels = keras.Input((size, size, 3), batch_size=1, name="photo")
    logits, maps, features = inner(pixels)
    return keras.Model(pixels, [logits, maps, Distance(familiar)(features)], name="skin")


def write_litert(model: keras.Model, file: Path) -> None:
    """Write `model` as LiteRT with fp16 weights. Needs TensorFlow. The converter orders the outputs: see `outputs`."""
    import tensorflow as tf  # noqa: PLC0415 - heavy, and only needed here

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    file.write_bytes(converter.convert())


def outputs(shapes: list[tuple[int, ...]]) -> dict[str, int]:
    """Return which output is what, by the shapes of the file's outputs: class maps, one number, one score per label."""
    found = {
        "attention" if len(shape) == 4 else "not_this" if shape[-1] == 1 else "scores": at
        for at, shape in enumerate(shapes)
    }
    if set(found) != {"scores", "attention", "not_this"}:
        raise ValueError(f"outputs of shapes {shapes} are not scores, attention and not_this")
    return found
