"""Make the tiny models that tests score cases with: `python tests/recipes/make_tiny_models.py [NAME…]` (extra train).

Those for photos see 16×16 pixels, 0–255, and say of what colour they mostly are; those for forms take the answers to
the questions of tests/tiny_form.py. 10 seconds, a few kilobytes each, no training.
"""

from __future__ import annotations

import sys
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
        "outline": keras.Model(photo, [logits, keras.ops.relu(photo[..., :1] - photo[..., 2:]) / 255]),
        "softmax": keras.Model(photo, [keras.ops.softmax(logits)]),
        "sigmoid": keras.Model(photo, [keras.ops.sigmoid(redder_than_blue)]),
        "not_a_number": keras.Model(photo, [keras.ops.sqrt(logits - 2 * RAISED)]),
    }


def forms() -> dict[str, keras.Model]:
    """Return the models for forms, by their file's name: linear in what is known; one lacks the last question."""
    widths = {"age": 2, "sex__M__F": 2, "smoker": 2, "pain__none__atrest__onexertion": 3, "cholesterol": 2}
    asked = {name: keras.Input((width,), batch_size=1, name=name) for name, width in widths.items()}
    age, sex, smoker, pain, cholesterol = asked.values()
    fewer = (age[:, :1] - 50 * age[:, 1:]) / 10 + sex[:, :1] - sex[:, 1:] + 2 * smoker[:, :1] - smoker[:, 1:]
    fewer = fewer + 3 * pain[:, 2:] - 2 * pain[:, :1]
    whole = fewer + (cholesterol[:, :1] - 200 * cholesterol[:, 1:]) / 50
    without = {name: one for name, one in asked.items() if name != "cholesterol"}
    return {
        "form": keras.Model(asked, [keras.ops.concatenate([whole / 2, -whole / 2], axis=1)]),
        "form_of_fewer": keras.Model(without, [keras.ops.concatenate([fewer / 2, -fewer / 2], axis=1)]),
    }


def converted(model: keras.Model) -> bytes:
    """Return the model as a LiteRT file."""
    wanted: object = tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32)
    if isinstance(model.input, dict):
        wanted = {name: tf.TensorSpec(one.shape, tf.float32, name=name) for name, one in model.input.items()}

    @tf.function(input_signature=[wanted])
    def call(case: tf.Tensor) -> object:
        return model(case, training=False)

    written: bytes = tf.lite.TFLiteConverter.from_concrete_functions([call.get_concrete_function()], model).convert()
    return written


def shapes(written: bytes) -> list[tuple[int, ...]]:
    """Return the shapes of a LiteRT file's outputs, in its order."""
    outputs = Interpreter(model_content=written).get_output_details()
    return [tuple(int(side) for side in output["shape"]) for output in outputs]


def main() -> None:
    """Write the models named, or all, into tests/data/tiny, and say in which order their outputs are: cards name it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, model in (models() | forms()).items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        written = converted(model)
        (FOLDER / f"{name}.tflite").write_bytes(written)
        print(f"{name}.tflite: {len(written)} bytes, outputs {shapes(written)}")  # noqa: T201


if __name__ == "__main__":
    main()
