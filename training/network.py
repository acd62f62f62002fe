"""The network: an ImageNet backbone with a head of 1×1 convolution and global average, so that its class maps come for free."""

import hashlib
from pathlib import Path

import keras
import numpy as np
from keras import layers

from training import backbones
from training.softening import SOFTENED

FEATURES = "features"  # the layer the head stands on: (height / 32, width / 32, 1280)
MAPS = "maps"  # the layer of class activation maps: (height / 32, width / 32, labels), their average the logits
LOGITS = "logits"  # the layer of what the network says: (labels,)


def build(labels: int, *, weights: Path | None, backbone: str = backbones.MOBILENET_V2) -> keras.Model:
    """Return the trainable model: uint8 or float pixels 0–255 (any height, any width, 3) → logits (labels,).

    `backbone` is one of `training.backbones.BACKBONES`, `weights` a file of it without its head; None downloads Keras' own
    ImageNet weights. Raises SystemExit where there are none to download, or the file holds others.
    """
    return _with_head(backbones.backbone(backbone, _pixels(), weights=weights), labels)


def untrained(labels: int, *, backbone: str) -> keras.Model:
    """Return the model with random weights, for a file to fill."""
    return _with_head(backbones.untrained(backbone, _pixels()), labels)


def _pixels() -> keras.KerasTensor:
    return keras.Input((None, None, 3), name="pixels")


def _with_head(backbone: keras.Model, labels: int) -> keras.Model:
    body = fold_batch_norm(backbone)
    features = layers.Activation("linear", name=FEATURES)(body.output)
    dropped = layers.SpatialDropout2D(0.2, name="dropout")(features)
    # A transformer's features are so large that a random head would first have to unlearn what it says.
    begun = "glorot_uniform" if _norms(backbone) else "zeros"
    maps = layers.Conv2D(labels, 1, name=MAPS, kernel_initializer=begun, dtype="float32")(dropped)
    logits = layers.GlobalAveragePooling2D(name=LOGITS, dtype="float32")(maps)
    return keras.Model(body.input, logits, name="skin")


def fold_batch_norm(model: keras.Model) -> keras.Model:
    """Return the same function with every batch normalisation folded into the convolution before it (Jacob et al. 2018).

    A CPU then learns far faster, as batch statistics cost it about as much as the convolutions, and what is learned is
    what is served: there are no statistics that differ between the two.
    """
    if not _norms(model):
        return model
    made: dict[str, keras.KerasTensor] = {}
    for layer in model.layers:
        before = [made[tensor._keras_history.operation.name] for tensor in _inputs(layer)]
        made[layer.name] = _without_norm(layer, before)
    folded = keras.Model(made[model.layers[0].name], made[model.layers[-1].name], name=model.name)
    for layer in _norms(model):
        convolution = _inputs(layer)[0]._keras_history.operation
        folded.get_layer(convolution.name).set_weights(_folded(convolution, layer))
    return folded


def _norms(model: keras.Model) -> list[layers.BatchNormalization]:
    return [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]


def _without_norm(layer: keras.Layer, before: list[keras.KerasTensor]) -> keras.KerasTensor:
    """Return what the layer makes of the tensors before it; a convolution gets a bias, a normalisation does nothing."""
    if isinstance(layer, layers.InputLayer):
        return keras.Input(layer.output.shape[1:], name=layer.name)
    if isinstance(layer, layers.BatchNormalization):
        return before[0]
    settings = layer.get_config()
    if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D):
        settings["use_bias"] = True
    return type(layer).from_config(settings)(before if len(before) > 1 else before[0])


def _inputs(layer: keras.Layer) -> list[keras.KerasTensor]:
    if isinstance(layer, layers.InputLayer):
        return []
    return layer.input if isinstance(layer.input, list) else [layer.input]


def _folded(convolution: keras.Layer, norm: layers.BatchNormalization) -> list[np.ndarray]:
    """Return kernel and bias of the convolution that does both."""
    gamma, beta, mean, variance = (np.asarray(weight) for weight in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    kernel = np.asarray(convolution.get_weights()[0])
    depthwise = isinstance(convolution, layers.DepthwiseConv2D)  # its channels are the last but one axis
    return [kernel * (scale[:, np.newaxis] if depthwise else scale), beta - mean * scale]


def learn_from(model: keras.Model, first: str | None) -> None:
    """Freeze every layer before the one named `first`; None: all learn. Raises ValueError where no layer has this name."""
    if first is not None and first not in (layer.name for layer in model.layers):
        raise ValueError(f"{first}: no layer of {model.name} has this name, so nothing would learn")
    trainable = first is None
    for layer in model.layers:
        trainable = trainable or layer.name == first
        layer.trainable = trainable and layer.name != SOFTENED


def computed_in(model: keras.Model, precision: str) -> keras.Model:
    """Return the model computing in `precision`; its maps and logits are float32 anyhow.

    "mixed_bfloat16" learns about 1.5 times as fast on a processor that multiplies bfloat16 (AVX512-BF16, GPUs). What it
    learnt is a network of bfloat16 weights: turned to "float32", they stay rounded to that.
    """

    def copy(layer: keras.Layer) -> keras.Layer:
        settings = layer.get_config()
        if layer.name not in (model.layers[0].name, MAPS, "logits"):
            settings["dtype"] = precision
        return type(layer).from_config(settings)

    copied = keras.models.clone_model(model, clone_function=copy)
    for own, learnt in zip(copied.layers, model.layers, strict=True):
        rounded = precision == "float32" and learnt.compute_dtype == "bfloat16"
        own.set_weights([_in_bfloat16(weight) if rounded else weight for weight in learnt.get_weights()])
    return copied


def _in_bfloat16(weight: np.ndarray) -> np.ndarray:
    return np.asarray(keras.ops.cast(keras.ops.cast(weight, "bfloat16"), "float32"))


def digest(model: keras.Model, asked: str = "") -> str:
    """Return what tells a network from another, and what it was asked from something else."""
    found = hashlib.sha256(asked.encode())
    for weight in model.get_weights():
        found.update(np.ascontiguousarray(weight).tobytes())
    return found.hexdigest()[:12]


def round_weights(model: keras.Model) -> None:
    """Round the weights to half precision, in which they are shipped, so that what is chosen is chosen for what ships.

    Raises FloatingPointError for a weight beyond half precision.
    """
    with np.errstate(over="raise"):
        model.set_weights([weight.astype(np.float16).astype(np.float32) for weight in model.get_weights()])
