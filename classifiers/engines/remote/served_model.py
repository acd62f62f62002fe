"""The server's side: a card's model, run by the same engines as in the bot, and what is answered to a request."""

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import numpy as np

from classifiers.card import Card, FormCard
from classifiers.card.model import LiteRTModel
from classifiers.card.questions import input_width
from classifiers.engines.choice import isolated_model
from classifiers.engines.isolated.engine import ModelProcess
from classifiers.engines.litert import LiteRTRuntime
from classifiers.engines.litert_form import LiteRTFormRuntime
from classifiers.engines.remote import contract
from classifiers.engines.remote.contract import Reply
from classifiers.errors import Fault
from classifiers.isolated.framing import BrokenFrame, Frame, unpacked


class ServedModel:
    """The model of the card in `folder`. Any thread may run it. Raises as `classifiers.plugin.load`."""

    def __init__(self, card: Card, folder: Path, trusted: Collection[str] = ()) -> None:
        self._process: ModelProcess | None = None
        self._run: Callable[[np.ndarray], list[np.ndarray]]
        self._step = 0.0
        if isinstance(card, FormCard):
            self._run = LiteRTFormRuntime(card).run
            return
        spec = card.model.input
        if isinstance(card.model, LiteRTModel):
            runtime = LiteRTRuntime(card.model)
            self._run, shapes = (lambda pixels: runtime.run(pixels, spec)), runtime.shapes
        else:
            model = isolated_model(card.model, trusted)
            self._process = ModelProcess(model, folder, timeout=model.timeout, memory=model.memory)
            self._run, shapes = self._process.run, self._process.shapes()
        scores = shapes.outputs[card.model.outputs.scores :][:1]
        self._step = scores[0].scale if scores else 0.0

    def run(self, case: np.ndarray) -> Frame:
        """Return the outputs for one photo or form, as the contract says. Raises WrongOutput, EngineFailed, EngineLate."""
        return Frame(facts={"step": self._step}, arrays=self._run(case))

    def close(self) -> None:
        """End what the model has in a process of its own."""
        if self._process:
            self._process.close()


async def answer(card: Card, method: str, body: bytes, run: Callable[[np.ndarray], Awaitable[Frame]]) -> Reply:
    """Return what a server of this card's model answers to a request; `run` runs one case. Raises nothing of the request's."""
    own = contract.model_of(card)
    if method != "POST":
        return contract.told(own) if method == "GET" else contract.told({}, status=405)
    try:
        asked = unpacked(body)
    except BrokenFrame as error:
        return contract.refused(contract.NO_CASE, why=f"the body is {error}")
    if dict(asked.facts) != own:
        return contract.refused(contract.OTHER_MODEL, **own)
    if fault := _unfit(card, asked):
        return contract.refused(contract.NO_CASE, why=fault)
    try:
        return contract.outputs_of(await run(asked.arrays[0]))
    except Fault as error:
        return contract.fault_of(error)


def _unfit(card: Card, asked: Frame) -> str:
    """Return why this is no case of the card; nothing where it is one."""
    if isinstance(card, FormCard):
        wanted = f"float32 ({sum(input_width(question) for question in card.questions)},)"
    else:
        height, width = card.model.input.size
        wanted = f"uint8 ({height}, {width}, 3)"
    found = [f"{one.dtype} {one.shape}" for one in asked.arrays]
    return "" if found == [wanted] else f"it must be one array, {wanted}, and is {', '.join(found) or 'none'}"
