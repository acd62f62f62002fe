"""Keras models (extra `keras`): .keras files, run as they were saved, without code of their own."""

from typing import Any

import keras
import numpy as np

from classifiers.card.model import KerasModel
from classifiers.engines.inputs import prepared
from classifiers.engines.tensors import Shapes, Tensor, fitted, plain


class KerasRuntime:
    """What runs a .keras file. A model with code inside (a Lambda layer, a class of its own) is refused: ValueError."""

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        self._keras = keras.saving.load_model(model.file, compile=False, safe_mode=True)
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in self._keras.inputs),
            outputs=tuple(_tensor(one) for one in keras.tree.flatten(self._keras.outputs)),
        )

    def run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs for one photo, float32 (1, …); those with names in their order. Raises WrongOutput."""
        given = fitted(prepared(pixels, self._model.input), self.shapes.inputs)
        found = keras.tree.flatten(self._keras(given, training=False))
        return [
            plain(keras.ops.convert_to_numpy(raw), tensor, of=len(given))
            for raw, tensor in zip(found, self.shapes.outputs, strict=True)
        ]


def _tensor(stated: Any) -> Tensor:
    shape = tuple(-1 if side is None else int(side) for side in stated.shape)
    return Tensor(name=str(stated.name), shape=shape, dtype=str(stated.dtype))
