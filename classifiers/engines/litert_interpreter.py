"""LiteRT interpreters, ready to run, without the line that LiteRT writes to standard error when it makes its first."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from classifiers import standard_error

# Written in C++, once in a process, and LiteRT has no switch for it: https://github.com/google-ai-edge/LiteRT/issues/7420
_GREETING = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
_greeted = threading.Event()

T = TypeVar("T")


class Spare(Generic[T]):
    """Interpreters that no thread uses just now, since one takes memory: there are as many as were used at the same time."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Begin with none; `make` makes another one."""
        self._make = make
        self._left: deque[T] = deque()

    @contextlib.contextmanager
    def one(self) -> Iterator[T]:
        """Give one to this thread alone while the block runs; where that fails, nobody uses it again. Raises what `make` does."""
        try:
            found = self._left.pop()
        except IndexError:
            found = self._make()
        yield found
        self._left.append(found)


def interpreter_of(weights: bytes, *, input_shape: tuple[int, ...] | None = None) -> Any:
    """Return an interpreter on one thread, its tensors allocated; `input_shape` is that of its only input.

    Raises ValueError where the weights are no LiteRT file.
    """
    interpreter = Interpreter(model_content=weights, num_threads=1)
    if input_shape is not None:
        interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], input_shape)
    if _greeted.is_set():
        interpreter.allocate_tensors()
    else:
        with standard_error.without(_GREETING):
            interpreter.allocate_tensors()
        _greeted.set()
    return interpreter


def call_with_noise(weights: bytes) -> Callable[[], object]:
    """Return a call of the model alone, noise being in its only input: something to time."""
    interpreter = interpreter_of(weights)
    details = interpreter.get_input_details()[0]
    pixels = np.random.default_rng(1).uniform(0, 255, details["shape"]).astype(details["dtype"])
    interpreter.set_tensor(details["index"], pixels)
    return lambda: interpreter.invoke()  # noqa: PLW0108 - the runtime has no types
