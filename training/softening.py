"""A network that softens its photo first: what compressing and resizing leave in the finest detail then says less."""

from typing import Any

import keras
import numpy as np
from keras import layers

from training.backbones import SCALED

SOFTENED = "softened"  # the layer that does it: it never learns
_WEIGHTS = np.outer([1, 2, 1], [1, 2, 1]) / 16  # of a pixel and its neighbours, a Gaussian of 0.7 pixels


def soften(model: keras.Model) -> keras.Model:
    """Return the network with a softened photo: each pixel the mean of three by three, its own four times as heavy as a corner.

    One that softens already is returned as it is.
    """
    if any(layer.name == SOFTENED for layer in model.layers):
        return model

    def call(layer: keras.Layer, *inputs: Any, **others: Any) -> Any:
        found = layer(*inputs, **others)
        return _layer()(found) if layer.name == SCALED else found

    softened = keras.models.clone_model(model, call_function=call)
    for layer in model.layers:
        softened.get_layer(layer.name).set_weights(layer.get_weights())
    kernel = np.repeat(_WEIGHTS[:, :, np.newaxis, np.newaxis], 3, axis=2)
    softened.get_layer(SOFTENED).set_weights([kernel, np.zeros(3)])
    return softened


def _layer() -> keras.Layer:
    return layers.DepthwiseConv2D(3, padding="same", name=SOFTENED, trainable=False)
