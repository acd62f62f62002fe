"""The inside of an engine's process: reads pixels, runs the model, sends what it gave. `child` starts it.

The first message says which model to load and how much memory there is; each one after it is a case.
"""

import contextlib
import os
import resource
import socket
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from pydantic import TypeAdapter

from classifiers.card.model import PhotoModel
from classifiers.engines.isolated.framing import BrokenFrame, Frame, receive, send
from classifiers.engines.tensors import Shapes
from classifiers.errors import WrongOutput

_KEPT = 300  # signs of an exception's words that the operator is told


class Runtime(Protocol):
    """What runs one kind of model."""

    shapes: Shapes  # no inputs and outputs, where nothing states them

    def run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs for one photo, uint8 (height, width, 3): float32 (1, …) each. May raise anything."""
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
            from classifiers.engines.keras import KerasRuntime  # noqa: PLC0415

            return KerasRuntime(model)
        case "python":
            from classifiers.engines.python import PythonRuntime  # noqa: PLC0415

            return PythonRuntime(model, folder)


def main() -> None:
    """Serve cases until the other side of standard input has gone."""
    connection = _own_connection()
    first = receive(connection)
    _hold_to(int(first.facts["memory"]) * 2**20)
    with contextlib.suppress(BrokenFrame, OSError):  # the bot has gone
        _serve(connection, TypeAdapter(PhotoModel).validate_python(first.facts["model"]), Path(first.facts["folder"]))


def _serve(connection: socket.socket, model: PhotoModel, folder: Path) -> None:
    try:
        runtime = runtime_of(model, folder)
    except BaseException as error:  # whatever it is, it is told
        send(connection, _told(error))
        return
    send(connection, Frame(facts={"ready": asdict(runtime.shapes)}))
    while True:
        case = receive(connection)
        try:
            answer = Frame(arrays=[np.asarray(one, dtype=np.float32) for one in runtime.run(case.arrays[0])])
        except BaseException as error:
            answer = _told(error)
        send(connection, answer)


def _told(error: BaseException) -> Frame:
    if isinstance(error, WrongOutput):
        return Frame(facts={"wrong": {name: str(fact)[:_KEPT] for name, fact in error.facts.items()}})
    if isinstance(error, MemoryError):
        return Frame(facts={"failed": "it asks for more memory than it may have"})
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return Frame(facts={"failed": words[:_KEPT]})


def _own_connection() -> socket.socket:
    """Return the connection to the bot, out of the way of code that reads standard input or prints."""
    connection = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return connection


def _hold_to(memory: int) -> None:
    """Let this process take no more than `memory` bytes of its own, and outlive its bot by no more than a second."""
    with contextlib.suppress(ValueError, OSError):  # a machine may allow less anyway
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    threading.Thread(target=_watch, args=(memory, os.getppid()), daemon=True).start()


def _watch(memory: int, parent: int) -> None:
    """End a process that hangs when its bot has gone; on macOS, whose kernel holds no such limit, one that has grown."""
    while os.getppid() == parent and not (sys.platform == "darwin" and _largest() > memory):
        time.sleep(0.5)
    os._exit(1)


def _largest() -> int:
    """Return the most memory that this process ever took: bytes on macOS."""
    usage: Any = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_maxrss)


if __name__ == "__main__":
    main()
