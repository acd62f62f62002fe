"""ONNX models on ONNX Runtime (extra `onnx`)."""

from typing import Any

import numpy as np
import onnxruntime

from classifiers.card.model import OnnxModel
from classifiers.engines.file_runtime import FileRuntime
from classifiers.engines.tensors import Shapes, Tensor

_TYPES = {"float": "float32", "double": "float64"}  # where ONNX has another name for a type than numpy


class OnnxRuntime(FileRuntime):
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

    def invoke(self, given: np.ndarray) -> list[np.ndarray]:
        """Return all outputs."""
        found = self._session.run(None, {self.shapes.inputs[0].name: given})
        return [_numbers(raw, of=len(given)) for raw in found]


def _numbers(raw: Any, *, of: int) -> np.ndarray:
    """Return an output; no numbers (of, 0) of one that has none, as labels in words and scores by label (ZipMap)."""
    if isinstance(raw, np.ndarray | np.generic) and raw.dtype.kind in "biuf":
        return np.asarray(raw)
    return np.empty((of, 0), dtype=np.float32)


def _tensor(stated: Any) -> Tensor:
    """Return an input or output as the file describes it; a symbolic side may have any length."""
    kind = str(stated.type).removeprefix("tensor(").removesuffix(")")
    return Tensor(
        name=str(stated.name),
        shape=tuple(side if isinstance(side, int) else -1 for side in stated.shape),
        dtype=_TYPES.get(kind, kind),
    )
