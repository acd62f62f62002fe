"""An engine whose model is on a model server. What is answered is checked here, as an engine's in this process is."""

from typing import Literal

import numpy as np

from classifiers.card import Card, FormCard
from classifiers.engines.outputs import form_scores_of, scores_of
from classifiers.engines.remote.contract import model_of
from classifiers.engines.remote.model_server import ModelServer
from classifiers.errors import WrongOutput
from classifiers.isolated.framing import Frame
from classifiers.scores import Scores

DEADLINE = 30.0  # seconds for a case, unless the card has a timeout of its own, to which the server holds the model
FIRST = 5.0  # seconds for the case that is tried when a card is read
WAIT = 5.0  # seconds more, to wait there for other cases


class RemoteEngine:
    """Engine for any card. Any thread may call it."""

    runs: Literal["remote"] = "remote"

    def __init__(self, card: Card, server: ModelServer, *, first: float | None = None) -> None:
        """Ask this server; the `first` case, a blank one, may have fewer seconds: a bot's start waits for it."""
        self._card, self._server = card, server
        self._deadline = float(getattr(card.model, "timeout", DEADLINE)) + WAIT
        self._next = self._deadline if first is None else first

    def score(self, given: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3), or one form. Raises WrongOutput, EngineFailed, EngineLate."""
        case = Frame(facts=model_of(self._card), arrays=[given])
        within, self._next = self._next, self._deadline
        answer = self._server.ask(self._card.id, case, within=within)
        if isinstance(self._card, FormCard):
            return form_scores_of(answer.arrays, self._card)
        return scores_of(answer.arrays, self._card, step=_step(answer))

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._server.close()


def _step(answer: Frame) -> float:
    """Return the quantisation step of the scores. Raises WrongOutput."""
    step = answer.facts.get("step", 0.0)
    if not isinstance(step, int | float) or not 0 <= step < 1:
        raise WrongOutput(expected="a quantisation step from 0 to 1", found=str(step)[:40])
    return float(step)
