"""Keras models (extra `keras`): .keras and .h5 files without custom code."""

from typing import Any

import keras
import numpy as np

from classifiers.card.model import KerasModel
from classifiers.engines.file_runtime import FileRuntime
from classifiers.engines.tensors import Shapes, Tensor


class _DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """The layer as files of Keras 2 describe it (Teachable Machine's among them): with groups, of which it has one."""

    def __init__(self, *args: Any, groups: int = 1, **kwargs: Any) -> None:
        if groups != 1:
            raise ValueError(f"a depthwise convolution of {groups} groups")
        super().__init__(*args, **kwargs)


_OLD_LAYERS = {"DepthwiseConv2D": _DepthwiseConv2D}


class KerasRuntime(FileRuntime):
    """Runs a .keras or .h5 file. Raises ValueError for a model with code inside (a Lambda layer, a custom class)."""

    def __init__(self, model: KerasModel) -> None:
        self._keras = keras.saving.load_model(model.file, _OLD_LAYERS, compile=False, safe_mode=True)
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in self._keras.inputs),
            outputs=tuple(_tensor(one) for one in keras.tree.flatten(self._keras.outputs)),
        )

    def invoke(self, given: np.ndarray) -> list[np.ndarray]:
        """Return all outputs; those with names in their order."""
        found = keras.tree.flatten(self._keras(given, training=False))
        return [keras.ops.convert_to_numpy(raw) for raw in found]


def _tensor(stated: Any) -> Tensor:
    shape = tuple(-1 if side is None else int(side) for side in stated.shape)
    return Tensor(name=str(stated.name), shape=shape, dtype=str(stated.dtype))
