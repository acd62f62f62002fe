"""How large a lesion is in millimetres, and how far that may be off: by a coin beside it, or a dermatoscope's field."""

from dataclasses import dataclass

import numpy as np

from classifiers.following.coin import FoundCoin
from classifiers.following.ellipse import Ellipse

WITHIN = 1.96  # standard deviations: what is said with ± holds in 95 of 100 cases
_THICK = 0.015  # of the size: a coin's face is nearer to the camera than the skin, and seldom in the photo's middle
_WORN = 0.005  # of the size: mints' tolerances, and wear
_AWAY = 120.0  # mm: as near as a phone is held
_FIELD = 0.02  # of the size: the edge of a field is soft
_DIRECTIONS = 90
_SMALLEST, _LARGEST = 0.3, 150.0  # mm: nobody sends a spot of another size; what was found was no coin


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What a photo's pixels are on the skin: `millimetres` (2, 2) takes a step in pixels to one in mm; `doubt` is its SD, a share.

    It holds at a place of the photo; seen at a slant, what is far from there is nearer to the camera, or further away.
    """

    millimetres: np.ndarray
    doubt: float
    at: tuple[float, float] = (0.0, 0.0)
    slope: float = 0.0  # the sine of the slant

    def doubt_at(self, place: np.ndarray) -> float:
        """Return the standard deviation at a place of the photo, x and y, as a share: the slant may go in any direction."""
        away = float(np.hypot(*(self.millimetres @ (place - self.at))))
        return float(np.hypot(self.doubt, self.slope * away / _AWAY / np.sqrt(2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A lesion's largest diameter in millimetres, with its standard deviation."""

    diameter: float
    sd: float

    @property
    def plus_minus(self) -> float:
        """Half the 95 % interval, in millimetres."""
        return WITHIN * self.sd


def scale_of_coin(coin: FoundCoin, diameter: float) -> Scale:
    """Return the scale by a coin of a known diameter in mm.

    Seen at a slant the coin is an ellipse; where the skin beside it is not bent, the same slant shortens the spot. How far
    that holds is not known, so half of what the slant shortens is doubt.
    """
    shortened = coin.rim.short / coin.rim.long
    doubt = float(np.sqrt(coin.doubt**2 + _THICK**2 + _WORN**2 + ((1 - shortened) / 2) ** 2 / 3))
    return Scale(
        millimetres=coin.rim.to_circle * diameter / 2,
        doubt=doubt,
        at=(coin.rim.x, coin.rim.y),
        slope=float(np.sqrt(1 - shortened**2)),
    )


def scale_of_field(field: Ellipse, diameter: float) -> Scale:
    """Return the scale by a dermatoscope's field of a known diameter in mm."""
    return Scale(millimetres=field.to_circle * diameter / 2, doubt=_FIELD)


def size_of(lesion: np.ndarray, scale: Scale, *, outline_doubt: float) -> Size | None:
    """Return the size of a lesion, bool (height, width) of the photo; None where it is empty, or no lesion is so large or small.

    `outline_doubt` is the standard deviation of a diameter by the outline alone, as a share: the card's.
    """
    edge = _edge_points(lesion)
    if not len(edge):
        return None
    places = edge @ scale.millimetres.T
    angles = np.linspace(0, np.pi, _DIRECTIONS, endpoint=False)
    along = places @ np.stack([np.cos(angles), np.sin(angles)])
    diameter = float(np.ptp(along, axis=0).max())
    if not _SMALLEST <= diameter <= _LARGEST:
        return None
    return Size(diameter=diameter, sd=diameter * float(np.hypot(scale.doubt_at(edge.mean(axis=0)), outline_doubt)))


def size_of_plus_minus(diameter: float, plus_minus: float) -> Size:
    """Return a size by half its 95 % interval, as it is told and kept."""
    return Size(diameter=diameter, sd=plus_minus / WITHIN)


def difference_of(before: Size, after: Size) -> tuple[float, float]:
    """Return by how many millimetres the diameter grew, and half its 95 % interval."""
    return after.diameter - before.diameter, WITHIN * float(np.hypot(before.sd, after.sd))


def _edge_points(lesion: np.ndarray) -> np.ndarray:
    """Return the corners of the outermost pixels of each row, x and y, float (n, 2)."""
    rows = np.flatnonzero(lesion.any(axis=1))
    left = lesion[rows].argmax(axis=1)
    right = lesion.shape[1] - lesion[rows, ::-1].argmax(axis=1)
    return np.concatenate([np.stack([x, rows + low], axis=1) for x in (left, right) for low in (0, 1)]).astype(float)
