"""A disease ready to answer: its card and a running engine, and the way one photo goes through them."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeGuard, TypeVar

import numpy as np

from classifiers.card import Card, FormCard, Outline, PhotoCard
from classifiers.card.questions import input_width
from classifiers.errors import Fault
from classifiers.health import ANSWERS_AGAIN, RELOADED, Health
from classifiers.lesion.abcd import LesionFeatures, features_of
from classifiers.lesion.segment import Lesion, segment
from classifiers.photo.decode import Photo
from classifiers.photo.open import open_photo
from classifiers.photo.quality import Quality, measure
from classifiers.resize import to_input
from classifiers.scores import Scores
from classifiers.verdict import Finding, conclude


class Engine(Protocol):
    """What every engine offers. Any thread may call it."""

    @property
    def runs(self) -> Literal["here", "apart", "remote"]:
        """Where a case is scored: here, on the caller's thread; apart, in a process of its own, one at a time; or remote.

        Remote is on a model server, many at once. Apart and remote, a case may take its deadline.
        """
        ...

    def score(self, pixels: np.ndarray) -> Scores:
        """Return the scores of one photo, uint8 (height, width, 3), or of one form (`form.as_input`). Raises Fault."""
        ...

    def close(self) -> None:
        """Release what the engine holds; it answers no more."""
        ...


C_co = TypeVar("C_co", bound=Card, covariant=True)
AnyCard = TypeVar("AnyCard", bound=Card)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin(Generic[C_co]):
    """A disease that is ready to answer: one judged by a photo or one asked as questions, as its card is."""

    card: C_co
    engine: Engine
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One photo looked at: what was seen, what was concluded, how long that took (from opened bytes to finding)."""

    photo: Photo
    scores: Scores
    finding: Finding
    milliseconds: float
    quality: Quality
    lesion: Lesion | None = (
        None  # what was outlined, whatever the outcome; `classifiers.outline` lays it over the photo
    )
    features: LesionFeatures | None = (
        None  # the lesion's, if the card asks for them, the photo is judged and it has any
    )


PhotoPlugin = Plugin[PhotoCard]
FormPlugin = Plugin[FormCard]
AnyPlugin = Plugin[Any]


def is_photo(plugin: AnyPlugin) -> TypeGuard[PhotoPlugin]:
    """Return whether the disease is judged by a photo."""
    return isinstance(plugin.card, PhotoCard)


def is_form(plugin: AnyPlugin) -> TypeGuard[FormPlugin]:
    """Return whether the disease is asked as questions."""
    return isinstance(plugin.card, FormCard)


def prepare(
    card: AnyCard, *, folder: Path = Path(), trusted: Collection[str] = (), models: str | None = None
) -> Plugin[AnyCard]:
    """Return the plugin of the card in `folder`, not tried yet; the modules that are `trusted` may be run.

    With `models`, the address of a model server, its model is asked there, and is not loaded here. Raises as `load`.
    """
    from classifiers.engines.choice import engine_of  # noqa: PLC0415 - a runtime is loaded only when a card asks for it

    return Plugin(card=card, engine=engine_of(card, folder, trusted, models))


def load(card: AnyCard, *, folder: Path = Path(), trusted: Collection[str] = ()) -> Plugin[AnyCard]:
    """Return the plugin of the card in `folder` after it scored a blank case.

    Raises WrongOutput, EngineFailed, EngineLate, or ValueError for a file that is no model.
    """
    plugin = prepare(card, folder=folder, trusted=trusted)
    plugin.engine.score(blank(card))
    return plugin


def answers_again(plugin: AnyPlugin) -> bool:
    """Return whether a disease that is unavailable scores a blank case; then it is available again."""
    try:
        plugin.engine.score(blank(plugin.card))
    except Fault:
        return False
    plugin.health.is_back()
    return True


def blank(card: Card) -> np.ndarray:
    """Return a grey photo, or a form without an answer."""
    if isinstance(card, FormCard):
        return np.zeros(sum(input_width(question) for question in card.questions), dtype=np.float32)
    return np.full((*card.model.input.size, 3), 127, dtype=np.uint8)


def examine(plugin: PhotoPlugin, data: bytes) -> Examination:
    """Open, score, screen, conclude, and describe the lesion: all of one photo, on one thread. Raises Refusal, Fault."""
    started = time.perf_counter()
    return examine_opened(plugin, open_photo(data, least=least_side(plugin)), started=started)


def least_side(plugin: PhotoPlugin) -> int:
    """Return how many pixels the short side of a photo should have when it is opened: twice the model's input."""
    return 2 * max(plugin.card.model.input.size)


def examine_opened(plugin: PhotoPlugin, photo: Photo, *, started: float) -> Examination:
    """Examine a photo that is open; `started` is the moment of `time.perf_counter` that it is timed from. Raises Fault."""
    size = plugin.card.model.input.size
    pixels = to_input(photo.image, size, plugin.card.model.input.resize)
    scores = scored(plugin, pixels)
    quality = measure(pixels, side=min(photo.width, photo.height))
    lesion = outlined(plugin.card, scores)
    finding = conclude(plugin.card, scores, quality, lesion)
    milliseconds = 1000 * (time.perf_counter() - started)
    return Examination(
        photo=photo,
        scores=scores,
        finding=finding,
        milliseconds=milliseconds,
        quality=quality,
        lesion=lesion,
        features=_features(plugin.card, lesion, photo) if finding.is_judged else None,
    )


def outlined(card: PhotoCard, scores: Scores) -> Lesion | None:
    """Return the plausible lesion in the model's outline; None if there is none, or the model draws no outline."""
    limits = card.decision.outline or Outline()
    return None if scores.outline is None else segment(scores.outline, above=limits.above)


def _features(card: PhotoCard, lesion: Lesion | None, photo: Photo) -> LesionFeatures | None:
    if lesion is None or card.lesion_features is None:
        return None
    return features_of(lesion, photo.image, card.model.input)


def scored(plugin: AnyPlugin, given: np.ndarray) -> Scores:
    """Return what the engine says of one case, and keep count of its failures. Raises Fault."""
    try:
        scores = plugin.engine.score(given)
    except Fault as error:
        until = ANSWERS_AGAIN if plugin.engine.runs == "remote" else RELOADED
        plugin.health.failed(plugin.card.id, error, until=until)
        raise
    plugin.health.succeeded()
    return scores
