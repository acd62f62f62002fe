"""Keras models (extra `keras`): .keras files without custom code."""

from typing import Any

import keras
import numpy as np

from classifiers.card.model import KerasModel
from classifiers.engines.inputs import preprocess
from classifiers.engines.tensors import Shapes, Tensor, as_float32, as_model_input


class KerasRuntime:
    """Runs a .keras file. Raises ValueError for a model with code inside (a Lambda layer, a custom class)."""

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        self._keras = keras.saving.load_model(model.file, compile=False, safe_mode=True)
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in self._keras.inputs),
            outputs=tuple(_tensor(one) for one in keras.tree.flatten(self._keras.outputs)),
        )

    def run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs for one photo, float32 (1, …); those with names in their order. Raises WrongOutput."""
        given = as_model_input(preprocess(pixels, self._model.input), self.shapes.inputs)
        found = keras.tree.flatten(self._keras(given, training=False))
        return [
            as_float32(keras.ops.convert_to_numpy(raw), tensor, of=len(given))
            for raw, tensor in zip(found, self.shapes.outputs, strict=True)
        ]


def _tensor(stated: Any) -> Tensor:
    shape = tuple(-1 if side is None else int(side) for side in stated.shape)
    return Tensor(name=str(stated.name), shape=shape, dtype=str(stated.dtype))
