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
        interpreter = self._interpreter()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], _scaled(pixels, self._card.model.input))
        interpreter.invoke()
        model = self._card.model
        attention, not_this = model.outputs.attention, model.outputs.not_this
        return Scores(
            probabilities=_probabilities(self._output(interpreter, model.outputs.scores), self._card),
            attention=None if attention is None else self._output(interpreter, attention),
            not_this=None if not_this is None else float(self._output(interpreter, not_this).item()),
        )

    def _interpreter(self) -> Any:
        if not hasattr(self._own, "interpreter"):
            self._own.interpreter = Interpreter(model_content=self._weights, num_threads=1)
            self._own.interpreter.allocate_tensors()
        return self._own.interpreter

    def _output(self, interpreter: Any, number: int) -> np.ndarray:
        outputs = interpreter.get_output_details()
        if number >= len(outputs):
            raise WrongOutput(expected=f"an output {number}", found=f"{len(outputs)} outputs")
        return np.array(interpreter.get_tensor(outputs[number]["index"])[0], dtype=np.float32)


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
    if not np.isfinite(raw).all():
        raise WrongOutput(expected="finite scores", found=raw.tolist())
    if card.model.scores == "logits":
        raised = np.exp(raw - raw.max())
        return np.asarray(raised / raised.sum(), dtype=np.float32)
    p = np.array([1 - raw[0], raw[0]], dtype=np.float32) if card.model.scores == "sigmoid" else raw
    if p.min() < -1e-3 or abs(p.sum() - 1) > 0.02:
        raise WrongOutput(expected="probabilities that sum to one", found=raw.tolist())
    return np.asarray(p.clip(0, 1) / p.clip(0, 1).sum(), dtype=np.float32)
