"""Make the tiny models that tests score photos with: `python tests/recipes/make_tiny_models.py` (extra train).

Each sees 16×16 pixels, 0–255, and says of what colour they mostly are: 10 seconds, a few kilobytes each, no training.
"""

from __future__ import annotations

from pathlib import Path

import keras
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

SIDE = 16
FOLDER = Path(__file__).parents[1] / "data" / "tiny"
RAISED = 10  # one colour at full and no other: e^10 to 1


def colours() -> tuple[keras.Input, tf.Tensor, tf.Tensor]:
    """Return the photo, class maps (2, 2, 3), the mean red, green and blue of each quarter, and their means."""
    photo = keras.Input((SIDE, SIDE, 3), batch_size=1)
    maps = keras.layers.AveragePooling2D(SIDE // 2)(photo) * (RAISED / 255)
    return photo, maps, keras.ops.mean(maps, axis=(1, 2))


def models() -> dict[str, keras.Model]:
    """Return the models by their file's name."""
    photo, maps, logits = colours()
    whiteness = keras.ops.min(logits, axis=1, keepdims=True) / RAISED  # white has all colours: a photo of nothing
    redder_than_blue = logits[:, :1] - logits[:, 2:]
    return {
        "logits": keras.Model(photo, [logits, maps, whiteness]),
        "softmax": keras.Model(photo, [keras.ops.softmax(logits)]),
        "sigmoid": keras.Model(photo, [keras.ops.sigmoid(redder_than_blue)]),
        "not_a_number": keras.Model(photo, [keras.ops.sqrt(logits - 2 * RAISED)]),
    }


def converted(model: keras.Model) -> bytes:
    """Return the model as a LiteRT file."""

    @tf.function(input_signature=[tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32)])
    def call(photo: tf.Tensor) -> object:
        return model(photo, training=False)

    written: bytes = tf.lite.TFLiteConverter.from_concrete_functions([call.get_concrete_function()], model).convert()
    return written


def shapes(written: bytes) -> list[tuple[int, ...]]:
    """Return the shapes of a LiteRT file's outputs, in its order."""
    outputs = Interpreter(model_content=written).get_output_details()
    return [tuple(int(side) for side in output["shape"]) for output in outputs]


def main() -> None:
    """Write every model into tests/data/tiny, and say in which order the converter left its outputs: cards name it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, model in models().items():
        written = converted(model)
        (FOLDER / f"{name}.tflite").write_bytes(written)
        print(f"{name}.tflite: {len(written)} bytes, outputs {shapes(written)}")  # noqa: T201


if __name__ == "__main__":
    main()
