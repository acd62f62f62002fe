"""The process of a model: reads pixels, runs the model, sends its outputs.

The first frame says which model to load and how much memory there is; each one after it is a case.
"""

import contextlib
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import TypeAdapter

from classifiers.card.model import Input, PhotoModel
from classifiers.engines.tensors import Shapes
from classifiers.errors import WrongOutput
from classifiers.isolated.framing import BrokenFrame, Frame, receive, send
from classifiers.isolated.limits import limit_memory, own_connection

# Keras imports these where they are installed, for what no served model asks of it: a third of its start.
_NOT_FOR_KERAS = ("matplotlib", "pandas", "scipy", "sklearn")
_KEPT = 300  # characters of an exception's message that the operator is told


class Runtime(Protocol):
    """What runs one kind of model."""

    shapes: Shapes  # no inputs and outputs, where nothing states them

    def run(self, pixels: np.ndarray, spec: Input) -> list[np.ndarray]:
        """Return all outputs for one photo, uint8 (height, width, 3): float32 (1, …) each. May raise anything."""
        ...

    def run_batch(self, photos: Sequence[np.ndarray], spec: Input) -> list[list[np.ndarray]]:
        """Return the same for each of several photos, run together. May raise anything."""
        ...


def runtime_of(model: PhotoModel, folder: Path) -> Runtime:
    """Return what runs this model, its card in `folder`. May raise anything."""
    match model.engine:  # each imports only its own runtime, which takes seconds
        case "litert":
            from classifiers.engines.litert import LiteRTRuntime  # noqa: PLC0415

            return LiteRTRuntime(model)
        case "onnx":
            from classifiers.engines.onnx import OnnxRuntime  # noqa: PLC0415

            return OnnxRuntime(model)
        case "keras":
            _leave_out(*_NOT_FOR_KERAS)
            from classifiers.engines.keras import KerasRuntime  # noqa: PLC0415

            return KerasRuntime(model)
        case "python":
            from classifiers.engines.python import PythonRuntime  # noqa: PLC0415

            return PythonRuntime(model, folder)


def _leave_out(*packages: str) -> None:
    """Have whoever imports these in this process find them not installed."""
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type]  # None: there is no such module


def main() -> None:
    """Serve cases until the other side of standard input has gone."""
    connection = own_connection()
    first = receive(connection)
    limit_memory(int(first.facts["memory"]))
    with contextlib.suppress(BrokenFrame, OSError):  # the bot has gone
        _serve(connection, TypeAdapter(PhotoModel).validate_python(first.facts["model"]), Path(first.facts["folder"]))


def _serve(connection: socket.socket, model: PhotoModel, folder: Path) -> None:
    try:
        runtime = runtime_of(model, folder)
    except BaseException as error:  # whatever it is, the parent is told
        send(connection, _error(error))
        return
    send(connection, Frame(facts={"ready": asdict(runtime.shapes)}))
    while True:
        case = receive(connection)
        try:
            spec = Input.model_validate(case.facts["input"]) if "input" in case.facts else model.input
            answer = _answered(runtime, case, spec)
        except BaseException as error:
            answer = _error(error)
        send(connection, answer)


def _answered(runtime: Runtime, case: Frame, spec: Input) -> Frame:
    """Return the outputs of the photo in a frame, or of several, one photo's after another's."""
    if len(case.arrays) == 1:
        return Frame(arrays=[np.asarray(one, dtype=np.float32) for one in runtime.run(case.arrays[0], spec)])
    photos = runtime.run_batch(case.arrays, spec)
    return Frame(arrays=[np.asarray(one, dtype=np.float32) for outputs in photos for one in outputs])


def _error(error: BaseException) -> Frame:
    if isinstance(error, WrongOutput):
        return Frame(facts={"wrong": {name: str(fact)[:_KEPT] for name, fact in error.facts.items()}})
    if isinstance(error, MemoryError):
        return Frame(facts={"failed": "it asks for more memory than it may have"})
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return Frame(facts={"failed": words[:_KEPT]})


if __name__ == "__main__":
    main()
