"""From a trained Keras model to the LiteRT file that is shipped, and the proof that both say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras

from classifiers.engines.litert_interpreter import interpreter_of
from training.network import MAPS
from training.whole_file import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Something more to read off the network: `net` takes the outputs of the named layers, in this order."""

    output: str  # its name in the card's `model.outputs`
    layers: tuple[str, ...]
    net: keras.Model

    def said_by(self, model: keras.Model) -> keras.Model:
        """Return the model from pixels to what this head says."""
        return keras.Model(model.input, self.net(_tensors(model, self.layers)))


def serving(model: keras.Model, heads: Sequence[Head] = (), *, size: int) -> keras.Model:
    """Return the model that is shipped: pixels float32 (1, size, size, 3) 0–255 → {output: tensor}.

    `scores` are the logits, `attention` the class maps; the other outputs are the heads'.
    """
    outputs = {"scores": model.output, "attention": model.get_layer(MAPS).output}
    outputs |= {head.output: head.net(_tensors(model, head.layers)) for head in heads}
    pixels = keras.Input((size, size, 3), batch_size=1, name="photo")
    return keras.Model(pixels, keras.Model(model.input, outputs)(pixels), name="skin")


def _tensors(model: keras.Model, names: Sequence[str]) -> Any:
    tensors = [model.get_layer(name).output for name in names]
    return tensors if len(tensors) > 1 else tensors[0]


def write_litert(model: keras.Model, file: Path) -> None:
    """Write `model` as LiteRT with fp16 weights. Needs TensorFlow."""
    import tensorflow as tf  # noqa: PLC0415 - heavy, and only needed here

    with TemporaryDirectory() as folder:
        _write_saved_model(model, folder)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        converted = converter.convert()
    with whole(file) as unfinished:
        unfinished.write_bytes(converted)


def _write_saved_model(model: keras.Model, folder: str) -> None:
    """Write what TensorFlow converts: the function and its weights alone.

    `from_keras_model` writes every layer, too, with all that could be trained in it: the same file in twice the time.
    """
    import tensorflow as tf  # noqa: PLC0415

    given = [tf.TensorSpec(one.shape, tf.float32, name=one.name) for one in model.inputs]
    answer = tf.function(lambda photo: model(photo, training=False), input_signature=given)
    held = tf.Module()
    held.weights = [one.value for one in model.variables]
    tf.saved_model.save(held, folder, signatures={"serving_default": answer.get_concrete_function()})


def outputs(file: Path) -> dict[str, int]:
    """Return at which place of the LiteRT file each of its named outputs stands: the converter orders them as it likes."""
    interpreter = interpreter_of(file.read_bytes())
    runner = interpreter.get_signature_runner()
    places = [one["index"] for one in interpreter.get_output_details()]
    return {name: places.index(one["index"]) for name, one in runner.get_output_details().items()}
