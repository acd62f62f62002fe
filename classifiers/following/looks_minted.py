"""Whether something round looks like a coin: metal all over, in relief, without holes; no button, cap, ring or mole."""

import numpy as np

from classifiers.following.ellipse import Ellipse
from classifiers.lesion.colours import to_lab
from classifiers.lesion.components import connected_parts

_SIDE = 96  # pixels of the square that its face is looked at in
_WITHIN = 0.86  # of its size: the face, without rim and shadow
_COLOURED = 45.0  # Lab: more than this is no metal in any light
_BLUE = -18.0  # of b, _GREEN of a: no metal of coins is so blue, or so green
_GREEN = -14.0
_RELIEF = 2.2  # L: the least that its face is uneven, in steps as wide as the lettering
_UNLIKE = 7.0  # Lab: the least that the face differs from what lies around it
_SKIN_BEYOND = 0.5  # the least share of what lies right beyond the rim that is as skin is: the rest is shadow
_AS_SKIN = 15.0  # Lab: as much as skin differs from skin elsewhere in the photo
_STEP = 9  # every ninth pixel of each row and column says what colour the skin has
_HOLE = (0.004, 0.08)  # of the face: the size of a button's hole
_DARK = 22.0  # L: how much darker a hole is than the face


def looks_minted(pixels: np.ndarray, rim: Ellipse) -> bool:
    """Return whether what lies within `rim` may be a coin; `pixels` is uint8 (height, width, 3)."""
    face, distance = _straightened(pixels, rim)
    within = distance < _WITHIN
    skin = _skin(pixels, rim)
    colour = np.median(face[within], axis=0)
    if np.hypot(*colour[1:]) > _COLOURED or colour[2] < _BLUE or colour[1] < _GREEN:
        return False
    middle = np.median(face[distance < 0.4], axis=0)
    if np.linalg.norm(middle - skin) < _UNLIKE:
        return False  # a ring, or nothing at all
    beyond = face[(distance > 1.05) & (distance < 1.1)] - skin
    if float((np.linalg.norm(beyond, axis=1) < _AS_SKIN).mean()) < _SKIN_BEYOND:
        return False  # this is not its rim
    light = face[..., 0]
    return _relief(light, distance < 0.8) > _RELIEF and not _has_holes(light, colour[0], distance)


def _straightened(pixels: np.ndarray, rim: Ellipse) -> tuple[np.ndarray, np.ndarray]:
    """Return Lab, float (side, side, 3), of the face as if seen from straight above, and the distance from its middle."""
    down, across = (np.mgrid[0:_SIDE, 0:_SIDE] + 0.5) / _SIDE * 3 - 1.5
    places = np.linalg.inv(rim.to_circle) @ np.stack([across.ravel(), down.ravel()])
    column = np.round(places[0] + rim.x).astype(int).clip(0, pixels.shape[1] - 1)
    row = np.round(places[1] + rim.y).astype(int).clip(0, pixels.shape[0] - 1)
    return to_lab(pixels[row, column]).reshape(_SIDE, _SIDE, 3), np.hypot(down, across)


def _skin(pixels: np.ndarray, rim: Ellipse) -> np.ndarray:
    """Return the usual colour of the photo beyond the rim: a photo of a spot shows skin, mostly."""
    few = pixels[::_STEP, ::_STEP]
    rows, columns = np.mgrid[0 : pixels.shape[0] : _STEP, 0 : pixels.shape[1] : _STEP]
    beyond = rim.distances(np.stack([columns.ravel(), rows.ravel()], axis=1)) > 1.3
    return np.asarray(np.median(to_lab(few.reshape(-1, 3)[beyond]), axis=0)) if beyond.any() else np.zeros(3)


def _relief(light: np.ndarray, within: np.ndarray) -> float:
    """Return how far the lightness of the face lies from that around each place, typically."""
    padded = np.pad(light, 3, mode="edge").cumsum(axis=0).cumsum(axis=1)
    padded = np.pad(padded, ((1, 0), (1, 0)))
    mean = (padded[7:, 7:] - padded[:-7, 7:] - padded[7:, :-7] + padded[:-7, :-7]) / 49
    return float(np.mean(np.abs(light - mean)[within]))


def _has_holes(light: np.ndarray, usual: float, distance: np.ndarray) -> bool:
    """Return whether there are two to four dark holes of a kind around the middle, as buttons have."""
    parts = connected_parts((light < usual - _DARK) & (distance < 0.7))
    face = float((distance < 1).sum())
    holes = []
    for part in range(1, int(parts.max()) + 1):
        rows, columns = np.nonzero(parts == part)
        box = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        if _HOLE[0] < len(rows) / face < _HOLE[1] and len(rows) > 0.6 * box:
            holes.append((rows.mean(), columns.mean(), len(rows)))
    if not 2 <= len(holes) <= 4:
        return False
    middle, sizes = np.mean([hole[:2] for hole in holes], axis=0), [hole[2] for hole in holes]
    off = np.hypot(*(middle + 0.5 - _SIDE / 2)) / (_SIDE / 3)
    return bool(off < 0.15 and max(sizes) < 2.5 * min(sizes))
