"""What a model server answers to a request, whatever carries it: Ray Serve, or a plain HTTP server in the tests."""

from collections.abc import Awaitable, Callable

import numpy as np

from classifiers.card import Card, FormCard
from classifiers.card.questions import input_width
from classifiers.engines.remote import contract
from classifiers.engines.remote.contract import Reply
from classifiers.errors import Fault
from classifiers.isolated.framing import BrokenFrame, Frame, unpacked

Run = Callable[[np.ndarray], Awaitable[Frame | Fault]]


async def answer(card: Card, method: str, body: bytes, run: Run) -> Reply:
    """Return what a server of this card's model answers; `run` runs one case. A request that is no case runs nothing."""
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
    found = await run(asked.arrays[0])
    return contract.fault_of(found) if isinstance(found, Fault) else contract.outputs_of(found)


def _unfit(card: Card, asked: Frame) -> str:
    """Return why this is no case of the card; nothing where it is one."""
    if isinstance(card, FormCard):
        wanted = f"float32 ({sum(input_width(question) for question in card.questions)},)"
    else:
        height, width = card.model.input.size
        wanted = f"uint8 ({height}, {width}, 3)"
    found = [f"{one.dtype} {one.shape}" for one in asked.arrays]
    return "" if found == [wanted] else f"it must be one array, {wanted}, and is {', '.join(found) or 'none'}"
