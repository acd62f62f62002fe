"""LiteRT (TensorFlow Lite), the runtime of the shipped photo models."""

from functools import partial
from typing import Any, Literal

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from classifiers.card import PhotoCard
from classifiers.card.model import LiteRTModel
from classifiers.engines.file_runtime import FileRuntime
from classifiers.engines.litert_interpreter import Spare, interpreter_of
from classifiers.engines.outputs import scores_of
from classifiers.engines.tensors import Shapes, Tensor
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


class LiteRTRuntime(FileRuntime):
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

    def invoke(self, given: np.ndarray) -> list[np.ndarray]:
        """Return all outputs, copied out of the interpreter."""
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
