"""How two registered photos of a lesion differ, in numbers that mean nothing yet: outline, colours, all that is seen."""

from dataclasses import dataclass

import numpy as np

from classifiers.following.patch import SIDE, Patch
from classifiers.following.registration import NEAR, Registration, sampled
from classifiers.lesion.colours import COLOURS, SKIN

_SMOOTH = 2  # pixels to each side over which colours are averaged: a patch is no sharper than a model's outline
_MOST = 0.9  # the share of the lesion that differs less than is said
_OUTLIERS = (
    0.85  # the share of places that say how the two photos' light and contrast differ; the others may be the change
)
_A_COLOUR = 0.06  # of the lesion: a colour counts from this share on

_down, _across = np.mgrid[0:SIDE, 0:SIDE] - (SIDE - 1) / 2
_EVERYWHERE = np.stack([_across, _down])


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How much the later photo differs from the earlier one; 0 is not at all."""

    outline: float  # 1 - Dice of the outlines, laid over each other
    colour: (
        float  # Lab: the colours of nine tenths of what is lesion in both differ less, in the same light and contrast
    )
    sight: float  # 1 - the correlation of all that is seen
    labels: float  # the distance of the probabilities (total variation)
    new_colour: str | None = None  # of `COLOURS`: what the place that differs most is now, if the lesion had none of it


def differences(
    before: Patch, after: Patch, over: Registration, probabilities: tuple[dict[str, float], dict[str, float]]
) -> Differences:
    """Return how two photos differ; `over` is how the later one lies over the earlier one."""
    places = over.places(_EVERYWHERE)
    outline = sampled(after.mask[..., np.newaxis].astype(np.float32), places)[..., 0] > 0.5
    known = sampled(after.known[..., np.newaxis].astype(np.float32), places)[..., 0] > 0.99
    seen = sampled(after.colours, places)
    both = NEAR & before.known & known
    lesion = both & before.mask & outline  # what lies beside one of them is a difference of the outlines
    gap = _smoothed(seen - _as_later(before.colours, seen, both))
    apart = np.linalg.norm(gap, axis=2)
    colour = float(np.quantile(apart[lesion], _MOST)) if lesion.any() else 0.0
    changed = lesion & (apart >= colour)
    return Differences(
        outline=1 - _dice(before.mask & NEAR, outline & NEAR),
        colour=colour,
        sight=1 - over.likeness,
        labels=_distance(*probabilities),
        new_colour=_new_colour(before, seen[changed]),
    )


def shares(colours: np.ndarray) -> dict[str, float]:
    """Return the share of each of `COLOURS` among Lab colours (n, 3); what is left looks like skin."""
    known = np.array([*COLOURS.values(), SKIN], dtype=np.float32)
    nearest = ((known**2).sum(axis=1) - 2 * colours @ known.T).argmin(axis=1)
    counted = np.bincount(nearest, minlength=len(known)) / max(1, len(colours))
    return dict(zip(COLOURS, map(float, counted), strict=False))


def _as_later(earlier: np.ndarray, later: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Return the earlier colours in the light and contrast of the later ones: a line for each channel, twice, robustly."""
    fitted = np.empty_like(earlier)
    for channel in range(3):
        x, y = earlier[..., channel], later[..., channel]
        used = both
        for _ in range(2):
            line = _line(x[used], y[used])
            fitted[..., channel] = line[0] * x + line[1]
            off = np.abs(y - fitted[..., channel])
            used = both & (off <= np.quantile(off[both], _OUTLIERS)) if both.any() else both
    return fitted


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    if len(x) < 2 or (spread := float(x.var())) < 1e-6:
        return 1.0, float((y - x).mean()) if len(x) else 0.0
    slope = float(((x - x.mean()) * (y - y.mean())).mean()) / spread
    slope = min(max(slope, 0.5), 2.0)
    return slope, float(y.mean() - slope * x.mean())


def _smoothed(values: np.ndarray) -> np.ndarray:
    side = 2 * _SMOOTH + 1
    summed = np.pad(np.pad(values, ((_SMOOTH,) * 2, (_SMOOTH,) * 2, (0, 0)), mode="edge"), ((1, 0), (1, 0), (0, 0)))
    summed = summed.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    box = summed[side:, side:] - summed[:-side, side:] - summed[side:, :-side] + summed[:-side, :-side]
    return np.asarray(box / side**2)


def _dice(one: np.ndarray, other: np.ndarray) -> float:
    return float(2 * (one & other).sum() / max(1, one.sum() + other.sum()))


def _distance(one: dict[str, float], other: dict[str, float]) -> float:
    codes = {*one, *other}
    return sum(abs(one.get(code, 0.0) - other.get(code, 0.0)) for code in codes) / 2


def _new_colour(before: Patch, changed: np.ndarray) -> str | None:
    """Return the colour that most of the changed places have now, if the earlier lesion had none of it."""
    if not len(changed):
        return None
    now, then = shares(changed), shares(before.colours[before.mask])
    most = max(now, key=lambda colour: now[colour])
    return most if now[most] > 0.5 and then[most] < _A_COLOUR else None
