"""LiteRT (TensorFlow Lite): the small, fast runtime that shipped models use."""

import threading
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from classifiers.card import Card, Input
from classifiers.errors import WrongOutput
from classifiers.scores import Scores

_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_IMAGENET_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


class LiteRT:
    """A LiteRT model. Safe to call from any thread: each has an interpreter of its own, made at its first case."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._weights = card.model.file.read_bytes()
        self._own = threading.local()

    def score(self, pixels: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3) as the card's input says. Raises WrongOutput."""
        outputs = self._run(_scaled(pixels, self._card.model.input))
        places, labels = self._card.model.outputs, len(self._card.labels)
        probabilities = _probabilities(_output(outputs, places.scores), self._card)
        attention = None if places.attention is None else _output(outputs, places.attention)
        if attention is not None and (attention.ndim != 3 or attention.shape[2] != labels):
            raise WrongOutput(
                expected=f"attention of height, width and {labels} labels", found=f"shape {attention.shape}"
            )
        not_this = None if places.not_this is None else _output(outputs, places.not_this)
        if not_this is not None and not_this.size != 1:
            raise WrongOutput(expected="one number for not_this", found=f"shape {not_this.shape}")
        return Scores(
            probabilities=probabilities,
            attention=attention,
            not_this=None if not_this is None else float(not_this.item()),
        )

    def _run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs, copied out of the interpreter. Raises WrongOutput."""
        if not hasattr(self._own, "interpreter"):
            self._own.interpreter = _interpreter(self._weights, pixels)
            self._own.input = self._own.interpreter.get_input_details()[0]["index"]
            self._own.outputs = [output["index"] for output in self._own.interpreter.get_output_details()]
        interpreter: Any = self._own.interpreter
        interpreter.set_tensor(self._own.input, pixels)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in self._own.outputs]


def _interpreter(weights: bytes, pixels: np.ndarray) -> Any:
    """Return an interpreter that takes these pixels' shape and type. Raises WrongOutput, ValueError."""
    interpreter = Interpreter(model_content=weights, num_threads=1)
    inputs = interpreter.get_input_details()
    takes = tuple(int(side) for side in inputs[0]["shape_signature"])  # -1: any
    if len(inputs) != 1 or inputs[0]["dtype"] != pixels.dtype:
        found = ", ".join(str(np.dtype(one["dtype"])) for one in inputs)
        raise WrongOutput(expected="a model with one input of float32", found=found)
    if len(takes) != pixels.ndim or any(
        side not in {-1, given} for side, given in zip(takes, pixels.shape, strict=True)
    ):
        raise WrongOutput(expected=f"a model with an input of {pixels.shape}", found=takes)
    interpreter.resize_tensor_input(inputs[0]["index"], pixels.shape)
    interpreter.allocate_tensors()
    return interpreter


def _output(outputs: list[np.ndarray], number: int) -> np.ndarray:
    """Return one output of the one photo, float32 and finite. Raises WrongOutput."""
    if number >= len(outputs):
        raise WrongOutput(expected=f"an output {number}", found=f"{len(outputs)} outputs")
    raw = outputs[number]
    if raw.ndim < 1 or raw.shape[0] != 1:
        raise WrongOutput(expected="an answer for one photo", found=f"shape {raw.shape}")
    if not np.isfinite(raw).all():
        raise WrongOutput(expected="finite numbers", found=f"output {number} with others")
    return np.asarray(raw[0], dtype=np.float32)


def _scaled(pixels: np.ndarray, spec: Input) -> np.ndarray:
    """Return float32 (1, …) in the card's channel order, scaling and layout."""
    values = pixels[..., ::-1] if spec.channels == "bgr" else pixels
    scaled: np.ndarray = values.astype(np.float32)
    match spec.scaling:
        case "zero_to_one":
            scaled /= 255
        case "minus_one_to_one":
            scaled = scaled / 127.5 - 1
        case "imagenet":
            scaled = (scaled / 255 - _IMAGENET_MEAN) / _IMAGENET_STD
        case "raw":
            pass
    return (scaled.transpose(2, 0, 1) if spec.layout == "nchw" else scaled)[np.newaxis]


def _probabilities(raw: np.ndarray, card: Card) -> np.ndarray:
    """Return float32 (labels,) that sum to one. Raises WrongOutput."""
    expected = 1 if card.model.scores == "sigmoid" else len(card.labels)
    if raw.shape != (expected,):
        raise WrongOutput(expected=f"{expected} scores", found=f"shape {raw.shape}")
    if card.model.scores == "logits":
        raised = np.exp(raw - raw.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)
    p = np.array([1 - raw[0], raw[0]], dtype=np.float32) if card.model.scores == "sigmoid" else raw
    if p.min() < -1e-3 or abs(p.sum() - 1) > 0.02:
        raise WrongOutput(expected="probabilities that sum to one", found=raw.tolist())
    return np.asarray(p.clip(0, 1) / p.clip(0, 1).sum(), dtype=np.float32)
