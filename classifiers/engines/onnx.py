"""ONNX models on ONNX Runtime (extra `onnx`)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime

from classifiers.card.model import Input, OnnxModel
from classifiers.engines.inputs import preprocess
from classifiers.engines.tensors import Shapes, Tensor, as_float32, as_model_input, batch_input, batch_outputs

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
        found = self._invoke(given)
        return [as_float32(raw, tensor, of=len(given)) for raw, tensor in zip(found, self.shapes.outputs, strict=True)]

    def run_batch(self, photos: Sequence[np.ndarray], spec: Input) -> list[list[np.ndarray]]:
        """Return the same for each of several photos, run together. Raises WrongOutput, or what ONNX Runtime raises."""
        given = batch_input([preprocess(pixels, spec) for pixels in photos], self.shapes.inputs)
        return batch_outputs(self._invoke(given), self.shapes.outputs, of=len(photos))

    def _invoke(self, given: np.ndarray) -> list[np.ndarray]:
        return [np.asarray(raw) for raw in self._session.run(None, {self.shapes.inputs[0].name: given})]


def _tensor(stated: Any) -> Tensor:
    """Return an input or output as the file describes it; a symbolic side may have any length."""
    kind = str(stated.type).removeprefix("tensor(").removesuffix(")")
    return Tensor(
        name=str(stated.name),
        shape=tuple(side if isinstance(side, int) else -1 for side in stated.shape),
        dtype=_TYPES.get(kind, kind),
    )
