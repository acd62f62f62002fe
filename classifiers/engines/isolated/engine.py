"""An engine in a process of its own: what hangs, dies or grows there costs one case, and is started anew for the next.

It keeps other people's mistakes away from the bot. It is no prison for malice: the process runs as the bot's own user.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from classifiers.card import PhotoCard
from classifiers.card.model import Input, IsolatedModel, PhotoModel
from classifiers.engines.outputs import scores_of
from classifiers.engines.tensors import Shapes, Tensor
from classifiers.errors import EngineFailed, WrongOutput
from classifiers.isolated.framing import Frame
from classifiers.isolated.worker_process import WorkerProcess
from classifiers.scores import Scores


class IsolatedEngine:
    """An engine for any kind of model. Any thread may call it; one case is in its process at a time."""

    runs: Literal["apart"] = "apart"

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
    """The process of a model."""

    def __init__(self, model: PhotoModel, folder: Path, *, timeout: float = 30.0, memory: int = 2048) -> None:
        """Prepare it; `timeout` is the seconds that a photo may take, `memory` the MB that the process may take."""
        first = {"model": model.model_dump(mode="json"), "folder": str(folder.resolve()), "memory": memory}
        self._timeout = timeout
        self._worker = WorkerProcess("classifiers.engines.isolated.worker", folder.resolve(), first)

    def shapes(self) -> Shapes:
        """Return the model's inputs and outputs, as its file states them. Raises WrongOutput, EngineFailed, EngineLate."""
        return _shapes(self._checked(self._worker.ready())["ready"])

    def run(self, pixels: np.ndarray, spec: Input | None = None) -> list[np.ndarray]:
        """Return all outputs, float32, for one photo, uint8. Raises WrongOutput, EngineFailed, EngineLate.

        `spec` says how it becomes the model's input, where that is not as the model's card says.
        """
        self._checked(self._worker.ready())
        facts = {"input": spec.model_dump(mode="json")} if spec else {}
        answer = self._worker.ask(Frame(facts=facts, arrays=[pixels]), within=self._timeout)
        self._checked(answer.facts)
        return list(answer.arrays)

    def run_batch(self, photos: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
        """Return the same for each of several photos, run together. Raises WrongOutput, EngineFailed, EngineLate."""
        self._checked(self._worker.ready())
        answer = self._worker.ask(Frame(arrays=photos), within=self._timeout * len(photos))
        self._checked(answer.facts)
        each, more = divmod(len(answer.arrays), len(photos))
        if more:
            raise WrongOutput(expected=f"outputs for {len(photos)} photos", found=f"{len(answer.arrays)} in all")
        return [list(answer.arrays[at * each : (at + 1) * each]) for at in range(len(photos))]

    def close(self) -> None:
        """End the process for good: whoever waits for it is told that it failed."""
        self._worker.close()

    def _checked(self, facts: Any) -> Any:
        """Return the facts of an answer. Raises WrongOutput, EngineFailed where the process answered with an error."""
        if "wrong" in facts:
            raise WrongOutput(**dict(facts["wrong"]))
        if "failed" in facts:
            self._worker.end()  # what it left behind may be anything
            raise EngineFailed(why=str(facts["failed"]))
        return facts


def _shapes(stated: Any) -> Shapes:
    sides = {
        side: tuple(Tensor(**{**one, "shape": tuple(one["shape"])}) for one in stated[side])
        for side in ("inputs", "outputs")
    }
    return Shapes(**sides)
