"""An engine in a process of its own: what hangs, dies or grows there costs one case, and is started anew for the next.

It keeps other people's mistakes away from the bot. It is no prison for malice: the process runs as the bot's own user.
"""

import threading
import time
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.card import PhotoCard
from classifiers.card.model import IsolatedModel, PhotoModel
from classifiers.engines.isolated.framing import BrokenFrame, Frame, receive, send
from classifiers.engines.isolated.process import ChildProcess
from classifiers.engines.outputs import scores_of
from classifiers.engines.tensors import Shapes, Tensor
from classifiers.errors import EngineFailed, EngineLate, Fault, WrongOutput
from classifiers.scores import Scores

START = 120.0  # seconds to load a model: TensorFlow alone may take ten, on a busy machine more


class IsolatedEngine:
    """An engine for any kind of model. Any thread may call it; one case is in its process at a time."""

    isolated = True

    def __init__(self, card: PhotoCard, model: IsolatedModel, folder: Path) -> None:
        self._card, self._process = card, ModelProcess(model, folder, timeout=model.timeout, memory=model.memory)

    def score(self, pixels: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3). Raises WrongOutput, EngineFailed, EngineLate."""
        outputs = self._process.run(pixels)
        scores = self._process.shapes().outputs[self._card.model.outputs.scores :][:1]
        return scores_of(outputs, self._card, step=scores[0].scale if scores else 0.0)

    def close(self) -> None:
        """End the process, whatever it is doing; this engine answers no more."""
        self._process.close()


class ModelProcess:
    """A model's process: started when it is needed, and anew after a case that it did not survive."""

    def __init__(self, model: PhotoModel, folder: Path, *, timeout: float = 30.0, memory: int = 2048) -> None:
        """Prepare it; `timeout` is the seconds that a photo may take, `memory` the MB that the process may take."""
        self._model, self._folder, self._timeout, self._memory = model, folder.resolve(), timeout, memory
        self._one_case = threading.Lock()
        self._running = ChildProcess(self._folder)
        self._shapes = Shapes(inputs=(), outputs=())
        weakref.finalize(self, self._running.end)  # where nobody has closed it

    def shapes(self) -> Shapes:
        """Return the model's inputs and outputs, as its file states them. Raises WrongOutput, EngineFailed, EngineLate."""
        with self._one_case:
            self._start()
            return self._shapes

    def run(self, pixels: np.ndarray) -> list[np.ndarray]:
        """Return all outputs, float32, for one photo, uint8. Raises WrongOutput, EngineFailed, EngineLate."""
        with self._one_case:
            self._start()
            return list(self._exchange(Frame(arrays=[pixels]), within=self._timeout).arrays)

    def close(self) -> None:
        """End the process for good: whoever waits for it is told that it failed."""
        self._running.close()
        with self._one_case:
            self._running.end()

    def _start(self) -> None:
        """Have a process that is ready for a case."""
        if self._running.connection is not None:
            return
        self._running.start()
        model = self._model.model_dump(mode="json")
        first = {"model": model, "folder": str(self._folder), "memory": self._memory}
        try:
            self._shapes = _shapes(self._exchange(Frame(facts=first), within=START).facts["ready"])
        except Fault:
            self._running.end()
            raise

    def _exchange(self, frame: Frame, *, within: float) -> Frame:
        """Return the answer. A process that did not give one is ended."""
        connection, until = self._running.connection, time.monotonic() + within
        if connection is None:
            raise EngineFailed(why="it was closed")
        try:
            send(connection, frame, until=until)
            answer = receive(connection, until=until)
        except TimeoutError as error:
            self._running.end()
            raise EngineLate(seconds=within) from error
        except (BrokenFrame, OSError) as error:
            raise EngineFailed(why=self._running.ended() or f"its answer was {error}") from error
        if "wrong" in answer.facts:
            raise WrongOutput(**dict(answer.facts["wrong"]))
        if "failed" in answer.facts:
            self._running.end()  # what it left behind may be anything
            raise EngineFailed(why=str(answer.facts["failed"]))
        return answer


def _shapes(told: Any) -> Shapes:
    sides = {
        side: tuple(Tensor(**{**one, "shape": tuple(one["shape"])}) for one in told[side])
        for side in ("inputs", "outputs")
    }
    return Shapes(**sides)
