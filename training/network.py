"""The network: MobileNetV2 with a head of 1×1 convolution and global average, so that its class maps come for free."""

from pathlib import Path

import keras

MOMENTUM = 0.99  # of batch statistics; Keras' 0.999 would keep half of ImageNet's through a short training
FEATURES = "features"  # the layer the head stands on: (height / 32, width / 32, 1280)
MAPS = "maps"  # the layer of class activation maps: (height / 32, width / 32, labels), their average the logits


def build(labels: int, *, weights: Path | None) -> keras.Model:
    """Return the trainable model: uint8 or float pixels 0–255 (any height, any width, 3) → logits (labels,).

    `weights` is a file of MobileNetV2 without its head; None downloads Keras' own ImageNet weights.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    backbone = keras.applications.MobileNetV2(
        input_tensor=keras.layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(pixels),
        include_top=False,
        weights=None if weights else "imagenet",
    )
    if weights:
        backbone.load_weights(weights)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = MOMENTUM
    features = keras.layers.Activation("linear", name=FEATURES)(backbone.output)
    dropped = keras.layers.SpatialDropout2D(0.2, name="dropout")(features)
    maps = keras.layers.Conv2D(labels, 1, name=MAPS, dtype="float32")(dropped)
    logits = keras.layers.GlobalAveragePooling2D(name="logits", dtype="float32")(maps)
    return keras.Model(pixels, logits, name="skin")


def learn_from(model: keras.Model, first: str | None) -> None:
    """Freeze every layer before the one named `first`, batch statistics too; None: all learn."""
    trainable = first is None
    for layer in model.layers:
        trainable = trainable or layer.name == first
        layer.trainable = trainable
