"""A disease ready to answer: its card and a running engine, and the way one photo goes through them."""

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from classifiers.card import Card
from classifiers.photo import Photo, open_photo
from classifiers.resize import to_input
from classifiers.scores import Scores
from classifiers.screen import measure
from classifiers.verdict import Finding, conclude


class Engine(Protocol):
    """What every engine offers. Must be safe to call from several threads at once."""

    def score(self, pixels: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3). Raises WrongOutput."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A disease that can be offered."""

    card: Card
    engine: Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One photo looked at: what was seen, what was concluded, how long it took (from opened bytes to finding)."""

    photo: Photo
    scores: Scores
    finding: Finding
    milliseconds: float


def load(card: Card) -> Plugin:
    """Return the card's plugin after it scored a blank case. Raises WrongOutput, or ValueError for a file that is no model."""
    from classifiers.engines.litert import LiteRT  # noqa: PLC0415 - a runtime is loaded only when a card asks for it

    plugin = Plugin(card=card, engine=LiteRT(card))
    plugin.engine.score(np.full((*card.model.input.size, 3), 127, dtype=np.uint8))
    return plugin


def examine(plugin: Plugin, data: bytes) -> Examination:
    """Open, score, screen and conclude: all of one photo, on one thread. Raises Refusal, WrongOutput."""
    started = time.perf_counter()
    size = plugin.card.model.input.size
    photo = open_photo(data, least=2 * max(size))
    pixels = to_input(photo.image, size, plugin.card.model.input.resize)
    scores = plugin.engine.score(pixels)
    quality = measure(pixels, side=min(photo.width, photo.height))
    finding = conclude(plugin.card, scores, quality)
    return Examination(photo=photo, scores=scores, finding=finding, milliseconds=1000 * (time.perf_counter() - started))
