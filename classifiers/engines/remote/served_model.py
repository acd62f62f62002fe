"""The server's side: a card's model, run by the same engines as in the bot, one case after another or several together."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from classifiers.card import Card, FormCard, PhotoCard
from classifiers.card.model import Input, LiteRTModel
from classifiers.engines.choice import isolated_model
from classifiers.engines.isolated.engine import ModelProcess
from classifiers.engines.litert import LiteRTRuntime
from classifiers.engines.litert_form import LiteRTFormRuntime
from classifiers.engines.tensors import Shapes
from classifiers.errors import Fault
from classifiers.isolated.framing import Frame

_TRIED = (3, 8)  # numbers of drawn photos that are run together and one by one


class _Model(Protocol):
    def run(self, case: np.ndarray) -> list[np.ndarray]: ...

    def run_batch(self, cases: Sequence[np.ndarray]) -> list[list[np.ndarray]]: ...

    def close(self) -> None: ...


class ServedModel:
    """The model of the card in `folder`. Any thread may run it. Raises as `classifiers.plugin.load`.

    `batch` is how many cases it runs together at most: 1 where that would change a bit of any output, or cannot be.
    """

    def __init__(self, card: Card, folder: Path, trusted: Collection[str] = ()) -> None:
        self._model, shapes = _model_of(card, folder, trusted)
        scores = shapes.outputs[card.model.outputs.scores :][:1]
        self._step = scores[0].scale if scores else 0.0
        self.batch = card.serving.batch if isinstance(card, PhotoCard) and _same_together(self._model, card) else 1

    def run(self, case: np.ndarray) -> Frame:
        """Return the outputs for one photo or form, as the contract says. Raises WrongOutput, EngineFailed, EngineLate."""
        return Frame(facts={"step": self._step}, arrays=self._model.run(case))

    def run_batch(self, cases: Sequence[np.ndarray]) -> list[Frame | Fault]:
        """Return the outputs for each case, or what went wrong with it, which spoils no other's."""
        if 1 < len(cases) <= self.batch and (together := _together(self._model, cases)):
            return [Frame(facts={"step": self._step}, arrays=outputs) for outputs in together]
        return [self._run_or_fault(case) for case in cases]

    def close(self) -> None:
        """End what the model has in a process of its own."""
        self._model.close()

    def _run_or_fault(self, case: np.ndarray) -> Frame | Fault:
        try:
            return self.run(case)
        except Fault as error:
            return error


def _model_of(card: Card, folder: Path, trusted: Collection[str]) -> tuple[_Model, Shapes]:
    if isinstance(card, FormCard):
        return _Form(card), Shapes(inputs=(), outputs=())
    if isinstance(card.model, LiteRTModel):
        runtime = LiteRTRuntime(card.model)
        return _Photo(runtime, card.model.input), runtime.shapes
    model = isolated_model(card.model, trusted)
    process = ModelProcess(model, folder, timeout=model.timeout, memory=model.memory)
    return process, process.shapes()


def _same_together(model: _Model, card: PhotoCard) -> bool:
    """Return whether drawn photos have the same outputs, to the last bit, together and one by one."""
    sizes = {min(size, card.serving.batch) for size in _TRIED} - {1}
    chance = np.random.default_rng(1)
    photos = [
        chance.integers(0, 256, (*card.model.input.size, 3), dtype=np.uint8) for _ in range(max(sizes, default=0))
    ]
    alone = [_bits(model.run(photo)) for photo in photos]
    return bool(photos) and all(
        [_bits(outputs) for outputs in _together(model, photos[:size]) or ()] == alone[:size] for size in sizes
    )


def _together(model: _Model, cases: Sequence[np.ndarray]) -> list[list[np.ndarray]] | None:
    """Return the outputs of cases that are run together; None where that fails, and each by itself has to tell why."""
    try:
        return model.run_batch(cases)
    except (Fault, ValueError, RuntimeError):  # the last two LiteRT raises
        return None


def _bits(outputs: Sequence[np.ndarray]) -> list[bytes]:
    return [one.tobytes() for one in outputs]


class _Photo:
    """A LiteRT model in this process."""

    def __init__(self, runtime: LiteRTRuntime, spec: Input) -> None:
        self._runtime, self._spec = runtime, spec

    def run(self, case: np.ndarray) -> list[np.ndarray]:
        return self._runtime.run(case, self._spec)

    def run_batch(self, cases: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
        return self._runtime.run_batch(cases, self._spec)

    def close(self) -> None:
        pass


class _Form(LiteRTFormRuntime):
    """A form's model in this process: it takes less time than to collect several."""

    def run_batch(self, cases: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
        return [self.run(case) for case in cases]

    def close(self) -> None:
        pass
