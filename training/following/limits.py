"""The limits of a card's `following:`, chosen on the pairs of the validation part."""

from collections.abc import Callable, Sequence

import numpy as np

from classifiers.card.following import AnotherSpot, Following, Limits
from classifiers.following.change import otherness, verdicts
from training.following.pairs import NEW_COLOUR, NEW_PART, OTHER, SAME, Pair

COMPARABLE = 0.95  # of the dermatoscope's pairs of one lesion: of those that are more unlike nothing is said
FALSE_CHANGES = 0.03  # of validation pairs of unchanged lesions, with each camera; less than the 5 % that are promised
MISSED_CHANGES = 0.05  # the share of drawn changes of which it may be said that nothing changed
ASKED = 0.05  # the share of pairs of the same lesion, with each camera, about which it is asked whether it is another


def choose(pairs: Sequence[Pair]) -> Following:
    """Return the limits: as few false changes as are allowed, as much "I cannot tell" as drawn changes ask for."""
    seen = [pair for pair in pairs if pair.found]
    same = [pair for pair in seen if pair.kind == SAME]
    contact = [pair for pair in same if pair.camera == "dermatoscope"]
    comparable_below = float(np.quantile([_of(pair, "sight") for pair in contact], COMPARABLE))
    comparable = [pair for pair in seen if _of(pair, "sight") <= comparable_below]
    whole = [pair for pair in same if not pair.cut]
    limits = _changes(comparable, {camera: len(of) for camera, of in _by_camera(same).items()})
    return Following(
        comparable_below=round(comparable_below, 4),
        # with each camera 95 in 100 pairs differ by less than 1.96 of it, twice
        outline_doubt=round(_highest(whole, 0.95, lambda pair: abs(pair.log_scale)) / 1.96 / float(np.sqrt(2)), 4),
        outline=limits["outline"],
        colour=limits["colour"],
        another_spot=_another([pair for pair in seen if pair.kind == OTHER], same),
    )


def is_changed(pair: Pair, limits: Following) -> bool:
    """Return whether a pair would be called changed, by its outline or its colours."""
    return pair.found is not None and "changed" in verdicts(pair.found, limits, cut=pair.cut)


def _another(others: Sequence[Pair], same: Sequence[Pair]) -> AnotherSpot:
    scale = round(float(np.median([_of(pair, "colour") for pair in others])), 4) if others else 1.0
    above = _highest(same, 1 - ASKED, lambda pair: otherness(pair.found, colour_scale=scale) if pair.found else 0.0)
    return AnotherSpot(colour_scale=scale, above=round(above, 4))


def _changes(comparable: Sequence[Pair], of_camera: dict[str, int]) -> dict[str, Limits]:
    """Return the lowest limits, the same quantile of both kinds, at which few enough pairs count as changed by either."""
    same = [pair for pair in comparable if pair.kind == SAME]
    above = {"outline": 0.0, "colour": 0.0}
    for at in np.linspace(0.9, 1.0, 41):
        above["outline"] = _highest([pair for pair in same if not pair.cut], at, lambda pair: _of(pair, "outline"))
        above["colour"] = _highest(same, at, lambda pair: _of(pair, "colour"))
        false = [pair for pair in same if _is_above(pair, above)]
        if all(len(of) <= FALSE_CHANGES * of_camera[camera] for camera, of in _by_camera(false).items()):
            break
    drawn = {"outline": NEW_PART, "colour": NEW_COLOUR}
    return {
        name: _limits(above[name], [_of(pair, name) for pair in comparable if pair.kind == kind])
        for name, kind in drawn.items()
    }


def _is_above(pair: Pair, above: dict[str, float]) -> bool:
    return _of(pair, "colour") > above["colour"] or (not pair.cut and _of(pair, "outline") > above["outline"])


def _limits(above: float, drawn: Sequence[float]) -> Limits:
    same = float(np.quantile(drawn, MISSED_CHANGES)) if drawn else 0.0
    return Limits(same_below=round(min(same, above), 4), changed_above=round(above, 4))


def _highest(pairs: Sequence[Pair], at: float, of: Callable[[Pair], float]) -> float:
    """Return the quantile of the camera where it is highest."""
    sides = _by_camera(pairs).values()
    return max((float(np.quantile([of(pair) for pair in side], at)) for side in sides), default=0.0)


def _by_camera(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    cameras = sorted({pair.camera for pair in pairs})
    return {camera: [pair for pair in pairs if pair.camera == camera] for camera in cameras}


def _of(pair: Pair, name: str) -> float:
    return float(getattr(pair.found, name))
