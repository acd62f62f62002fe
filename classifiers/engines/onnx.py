"""ONNX models on ONNX Runtime (extra `onnx`)."""

from typing import Any

import numpy as np
import onnxruntime

from classifiers.card.model import Input, OnnxModel
from classifiers.engines.inputs import preprocess
from classifiers.engines.tensors import Shapes, Tensor, as_float32, as_model_input

_TYPES = {"float": "float32", "double": "float64"}  # where ONNX has another name for a type than numpy


class OnnxRuntime:
    """Runs an .onnx file on one thread."""

    def __init__(self, model: OnnxModel) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # its errors are raised, and need not be printed, too
        # By its path, since weights may be in a file beside it.
        self._session = onnxruntime.InferenceSession(str(model.file), options, providers=["CPUExecutionProvider"])
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in self._session.get_inputs()),
            outputs=tuple(_tensor(one) for one in self._session.get_outputs()),
        )

    def run(self, pixels: np.ndarray, spec: Input) -> list[np.ndarray]:
        """Return all outputs for one photo, float32 (1, …). Raises WrongOutput."""
        given = as_model_input(preprocess(pixels, spec), self.shapes.inputs)
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
