"""The outline's decoder: from the frozen network's features to how likely each place of a photo is lesion."""

from typing import Any

import keras
from keras import layers, ops

from training.backbones import stage_ends
from training.export import Head
from training.network import FEATURES

STRIDE = 4  # of the outline: a 224 px photo's has 56 × 56 places, and a mask enlarged from them a Jaccard index of 0.99
_SCALES = ((32, 3), (48, 5), (64, 5), (64, 7))
"""Of each layer read the channels kept, and places mixed at once: the coarse ones mix all of the photo, for what is lesion
shows only beside what is not."""
_FEW = 8.0  # places of lesion that are taken for granted, so that a view with hardly any does not count for much


def layers_read(model: keras.Model) -> tuple[str, ...]:
    """Return the layers that the outline is read off, from fine to coarse: a fourth to a 32nd of the photo's side."""
    fourth, eighth, _, sixteenth, _ = stage_ends(model)
    return (fourth, eighth, sixteenth, FEATURES)


def head(decoder: keras.Model, model: keras.Model) -> Head:
    """Return the decoder as something the served model says: how likely each place is lesion, (height, width, 1)."""
    chance = layers.Activation("sigmoid", dtype="float32")(decoder.output)
    return Head(output="outline", layers=layers_read(model), net=keras.Model(decoder.input, chance))


def build(model: keras.Model) -> keras.Model:
    """Return the untrained decoder: what `layers_read` put out → logits (height / 4, width / 4, 1).

    From coarse to fine: what is known is enlarged and joined with a finer layer (feature pyramid, Lin et al. 2017), then
    mixed by depthwise separable convolutions.
    """
    taken = [keras.Input(model.get_layer(name).output.shape[1:]) for name in layers_read(model)]
    known = None
    for features, (channels, kernel) in zip(reversed(taken), reversed(_SCALES), strict=True):
        finer = layers.Conv2D(channels, 1, activation="relu", kernel_initializer="he_normal")(features)
        if known is not None:
            fitting = known if known.shape[-1] == channels else layers.Conv2D(channels, 1)(known)
            finer = layers.Add()([finer, layers.UpSampling2D(2, interpolation="bilinear")(fitting)])
        known = _mixed(finer, channels, kernel)
        if features is not taken[0]:
            known = layers.Add()([known, _mixed(known, channels, kernel)])
    return keras.Model(taken, layers.Conv2D(1, 1, dtype="float32")(known), name="outline")


def _mixed(features: keras.KerasTensor, channels: int, kernel: int) -> keras.KerasTensor:
    alone = layers.DepthwiseConv2D(kernel, padding="same", depthwise_initializer="he_normal")(features)
    return layers.Conv2D(channels, 1, activation="relu", kernel_initializer="he_normal")(alone)


@keras.saving.register_keras_serializable(package="checkup")
class OutlineLoss(keras.losses.Loss):
    """Cross-entropy, for every place, and one minus the soft Jaccard index, for the lesion as a whole (Rahman and Wang 2016)."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Take shares of lesion and logits, both (batch, height, width, 1); return (batch,)."""
        chance = ops.sigmoid(y_pred)
        places = ops.mean(ops.relu(y_pred) - y_pred * y_true + ops.softplus(-ops.abs(y_pred)), axis=(1, 2, 3))
        both = ops.sum(chance * y_true, axis=(1, 2, 3)) + _FEW
        either = ops.sum(chance + y_true, axis=(1, 2, 3)) - both + 2 * _FEW
        return places + 1 - both / either
