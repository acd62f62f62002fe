"""LiteRT (TensorFlow Lite), the runtime of the shipped photo models."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from classifiers.card import PhotoCard
from classifiers.card.model import Input, LiteRTModel
from classifiers.engines.inputs import preprocess
from classifiers.engines.litert_interpreter import Spare, interpreter_of
from classifiers.engines.outputs import scores_of
from classifiers.engines.tensors import Shapes, Tensor, as_float32, as_model_input, batch_input, batch_outputs
from classifiers.errors import WrongOutput
from classifiers.scores import Scores


class LiteRT:
    """Engine for a photo's LiteRT model, in this process. Any thread may call it."""

    runs: Literal["here"] = "here"

    def __init__(self, card: PhotoCard, model: LiteRTModel) -> None:
        self._card, self._runtime = card, LiteRTRuntime(model)
        scores = self._runtime.shapes.outputs[card.model.outputs.scores :][:1]
        self._step = scores[0].scale if scores else 0.0

    def score(self, pixels: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3) as the card's input says. Raises WrongOutput."""
        return scores_of(self._runtime.run(pixels, self._card.model.input), self._card, step=self._step)

    def close(self) -> None:
        """Do nothing: interpreters are released with this engine."""


class LiteRTRuntime:
    """Runs a LiteRT file on interpreters of its own, by the input's shape. Raises ValueError if it is not one."""

    def __init__(self, model: LiteRTModel) -> None:
        self._weights = model.file.read_bytes()
        self._spare: dict[tuple[int, ...], Spare[Any]] = {}
        interpreter = Interpreter(model_content=self._weights, num_threads=1)
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        self.shapes = Shapes(
            inputs=tuple(_tensor(one) for one in inputs), outputs=tuple(_tensor(one) for one in outputs)
        )
        self._input, self._outputs = inputs[0]["index"], [one["index"] for one in outputs]

    def run(self, pixels: np.ndarray, spec: Input) -> list[np.ndarray]:
        """Return all outputs for one photo, float32 (1, …), copied out of the interpreter. Raises WrongOutput."""
        given = as_model_input(preprocess(pixels, spec), self.shapes.inputs)
        found = self._invoke(given)
        return [as_float32(raw, tensor, of=len(given)) for raw, tensor in zip(found, self.shapes.outputs, strict=True)]

    def run_batch(self, photos: Sequence[np.ndarray], spec: Input) -> list[list[np.ndarray]]:
        """Return the same for each of several photos, run together. Raises WrongOutput, ValueError, RuntimeError."""
        given = batch_input([preprocess(pixels, spec) for pixels in photos], self.shapes.inputs)
        return batch_outputs(self._invoke(given), self.shapes.outputs, of=len(photos))

    def _invoke(self, given: np.ndarray) -> list[np.ndarray]:
        make = partial(interpreter_of, self._weights, input_shape=given.shape)
        with self._spare.setdefault(given.shape, Spare(make)).one() as interpreter:
            interpreter.set_tensor(self._input, given)
            interpreter.invoke()
            return [interpreter.get_tensor(index) for index in self._outputs]


def _tensor(detail: dict[str, Any]) -> Tensor:
    """Return an input or output as the file describes it. Raises WrongOutput for quantisation by channel."""
    scales, zeros = detail["quantization_parameters"]["scales"], detail["quantization_parameters"]["zero_points"]
    if len(scales) > 1:
        raise WrongOutput(expected="inputs and outputs quantised as a whole", found=f"{detail['name']}, by channel")
    return Tensor(
        name=str(detail["name"]),
        shape=tuple(int(side) for side in detail["shape_signature"]),  # -1: any
        dtype=str(np.dtype(detail["dtype"])),
        scale=float(scales[0]) if len(scales) else 0.0,
        zero=int(zeros[0]) if len(zeros) else 0,
    )
