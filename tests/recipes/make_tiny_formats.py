"""Make the tiny models in other people's formats: `python tests/recipes/make_tiny_formats.py` (extra train, and onnx).

Each sees 16×16 pixels, 0–255, and says of what colour they mostly are, as those of make_tiny_models.py: 20 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import onnx
import tensorflow as tf
from make_tiny_models import FOLDER, RAISED, SIDE, shapes
from onnx import TensorProto, helper

AT_ONCE = 4


def network(*, at_once: int | None = None, last: str = "softmax") -> keras.Model:
    """Return the mean red, green and blue through a layer that has weights."""
    photo = keras.Input((SIDE, SIDE, 3), batch_size=at_once)
    mean = keras.layers.GlobalAveragePooling2D()(photo)
    layer = keras.layers.Dense(3, activation=last, name="colour")
    model = keras.Model(photo, layer(mean))
    layer.set_weights([np.eye(3) * RAISED / 255, np.zeros(3)])
    return model


def quantised(model: keras.Model, kind: tf.DType) -> bytes:
    """Return the model as a LiteRT file whose input and output are of this kind, too."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = examples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = kind
    written: bytes = converter.convert()
    return written


def halved(model: keras.Model) -> bytes:
    """Return the model as a LiteRT file with weights of 16 bits."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    written: bytes = converter.convert()
    return written


def plain(model: keras.Model) -> bytes:
    """Return the model as a LiteRT file."""
    written: bytes = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    return written


def examples() -> Iterator[list[np.ndarray]]:
    """Yield photos of all brightnesses, which the converter looks at for the ranges of values."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        yield [np.tile(rng.uniform(0, 255, (1, 1, 1, 3)), (1, SIDE, SIDE, 1)).astype(np.float32)]


def in_onnx() -> onnx.ModelProto:
    """Return the same in ONNX: channels first, any number of photos at once, logits beside probabilities."""
    photos = helper.make_tensor_value_info("photos", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])
    shares = helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["n", 3])
    factor = helper.make_tensor("factor", TensorProto.FLOAT, [], [RAISED / 255])
    nodes = [
        helper.make_node("ReduceMean", ["photos"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "factor"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["shares"], axis=1),
    ]
    graph = helper.make_graph(nodes, "colour", [photos], [logits, shares], [factor])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main() -> None:
    """Write every model into tests/data/tiny."""
    litert = {
        "int8": quantised(network(), tf.int8),
        "uint8": quantised(network(), tf.uint8),
        "half": halved(network()),
        "several": plain(network(at_once=AT_ONCE)),
        "multi_label": plain(network(last="sigmoid")),
    }
    for name, written in litert.items():
        (FOLDER / f"{name}.tflite").write_bytes(written)
        print(f"{name}.tflite: {len(written)} bytes, outputs {shapes(written)}")  # noqa: T201
    network().save(FOLDER / "softmax.keras")
    onnx.save(in_onnx(), FOLDER / "both.onnx")


if __name__ == "__main__":
    main()
