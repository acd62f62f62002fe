"""Whether a new photo may show a followed spot: where it is unlike the last one, its person is asked. Pure."""

from typing import Any

from bot.store import SpotPhoto
from classifiers.following.change import Change

_LABELS = 0.5  # the least that the probabilities of both have in common, of 1
_COLOURS = 3  # so many more or fewer are another spot's
_SHAPE = {"border": 0.8, "asymmetry": 0.35}  # the most that measures of the outline may differ by


def is_alike(before: SpotPhoto, now: SpotPhoto, change: Change | None) -> bool:
    """Return whether labels, colours and outline are such as two photos of one spot have; what was not measured is not unlike.

    Where both photos were compared the card's limits decide (`classifiers.following`), else what is kept of them.
    """
    if change is not None and change.is_limited:
        return not change.perhaps_another
    shared = sum(min(share, now.probabilities.get(code, 0.0)) for code, share in before.probabilities.items())
    if shared < _LABELS:
        return False
    then, today = before.features or {}, now.features or {}
    colours = _difference(then, today, "colours")
    return colours < _COLOURS and all(_difference(then, today, name) <= most for name, most in _SHAPE.items())


def _difference(one: dict[str, Any], other: dict[str, Any], name: str) -> float:
    first, second = one.get(name), other.get(name)
    return 0.0 if first is None or second is None else abs(first - second)
