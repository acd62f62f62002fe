"""ONNX models on ONNX Runtime (extra `onnx`)."""

from typing import Any

import numpy as np
import onnxruntime

from classifiers.card.model import OnnxModel
from classifiers.engines.inputs import preprocess
from classifiers.engines.tensors import Shapes, Tensor, as_float32, as_model_input

_TYPES = {"float": "float32", "float16": "float16", "double": "float64", "uint8": "uint8", "int8": "int8"}


class OnnxRuntime:
    """Runs an .onnx file on one thread."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(
            model.file.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in self._session.get_inputs()),
            outputs=tuple(_tensor(one) for one in self._session.get_outputs()),
        )

    def run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs for one photo, float32 (1, …). Raises WrongOutput."""
        given = as_model_input(preprocess(pixels, self._model.input), self.shapes.inputs)
        found = self._session.run(None, {self.shapes.inputs[0].name: given})
        return [
            as_float32(np.asarray(raw), tensor, of=len(given))
            for raw, tensor in zip(found, self.shapes.outputs, strict=True)
        ]


def _tensor(stated: Any) -> Tensor:
    """Return an input or output as the file describes it; a symbolic side may have any length."""
    kind = str(stated.type).removeprefix("tensor(").removesuffix(")")
    return Tensor(
        name=str(stated.name),
        shape=tuple(side if isinstance(side, int) else -1 for side in stated.shape),
        dtype=_TYPES.get(kind, kind),
    )
