"""A network of a few layers that are called and placed like those of the real ones, and soon trained."""

import keras
from keras import layers

from training.network import FEATURES, LOGITS, MAPS


def small_network(*, labels: int = 3) -> keras.Model:
    """Return it, the same each time: pixels 0–255 → logits (labels,)."""
    keras.utils.set_random_seed(1)
    pixels = keras.Input((None, None, 3))
    known = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    strides = {"b0": 2, "b1": 2, "b2": 2, "b3": 2, "b4": 1, "b5": 2, "b6": 1}
    for name, stride in {**{f"{block}_project": stride for block, stride in strides.items()}, FEATURES: 1}.items():
        known = layers.Conv2D(12, 2 * stride - 1, strides=stride, padding="same", activation="relu", name=name)(known)
    maps = layers.Conv2D(labels, 1, name=MAPS)(known)
    return keras.Model(pixels, layers.GlobalAveragePooling2D(name=LOGITS)(maps))
