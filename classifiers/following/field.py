"""The round field of a dermatoscope in a photo: a lit disc in dark corners."""

import numpy as np
from PIL import Image

from classifiers.following.ellipse import Ellipse, fit_robustly

SIDE = 240  # pixels of the longer side of the copy that is looked at
_DARK = 40  # of 255: what lies beyond the field is darker
_CORNERS = 3  # at least as many of the four are dark
_RAYS = 180
_WITHIN = 0.015  # of its size: how near to the ellipse a point of its edge must be
_COVERED = 0.85  # the least share of the points that are
_SEEN = 0.25  # the least share of the rays that meet its edge within the photo
_ROUND = 0.95  # the least that the short axis is of the long one: its plate lies flat on the skin


def find_field(photo: Image.Image) -> Ellipse | None:
    """Return the edge of the field in the pixels of an RGB photo; None where there is none to be seen."""
    scale = min(1.0, SIDE / max(photo.size))
    size = (max(8, round(photo.width * scale)), max(8, round(photo.height * scale)))
    light = np.asarray(photo.convert("L").resize(size, Image.Resampling.BOX))
    corner = max(2, min(size) // 30)
    corners = [light[:corner, :corner], light[:corner, -corner:], light[-corner:, :corner], light[-corner:, -corner:]]
    if sum(float(one.mean()) < _DARK for one in corners) < _CORNERS:
        return None
    points = _edge(light)
    if len(points) < _SEEN * _RAYS:
        return None
    fitted = fit_robustly(points, within=_WITHIN)
    if fitted is None:
        return None
    found, inside = fitted
    if inside.mean() < _COVERED or found.short < _ROUND * found.long:
        return None
    return found.scaled(photo.width / size[0])


def _edge(light: np.ndarray) -> np.ndarray:
    """Return where rays from the middle leave the light for good, within the photo: x and y, float (up to _RAYS, 2)."""
    height, width = light.shape
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    steps = np.arange(0, np.hypot(height, width) / 2, 0.5)
    across = (width - 1) / 2 + steps[:, np.newaxis] * np.cos(angles)
    down = (height - 1) / 2 + steps[:, np.newaxis] * np.sin(angles)
    inside = (across >= 0) & (across <= width - 1) & (down >= 0) & (down <= height - 1)
    lit = np.zeros(inside.shape, dtype=bool)
    lit[inside] = light[np.round(down[inside]).astype(int), np.round(across[inside]).astype(int)] >= _DARK
    last = len(steps) - 1 - lit[::-1].argmax(axis=0)
    ends = inside.sum(axis=0) - 1  # the last step of each ray within the photo
    leaves = lit.any(axis=0) & (last < ends - 2)
    at = np.arange(_RAYS)[leaves]
    return np.stack([across[last[leaves], at], down[last[leaves], at]], axis=1)
