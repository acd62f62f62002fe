"""Segmentation of one plausible lesion in the model's map: the largest near the middle, without holes, or none."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from classifiers.lesion.components import connected_parts, fill_holes
from classifiers.resize import Resize, over_photo

EDGE = 128  # the level of the outline: this and above is lesion
_LEVELS = 24  # levels for one unit of log-odds: nearly linear at the edge, so that enlarging does not move it
_MIDDLE = 0.6  # the distance from the middle, as a share of half the photo, at which the weight is 1/e
_LEAST = 0.003  # of the photo: less is a speck, not a lesion
_CERTAIN = 0.75  # the least mean probability on a lesion: if the model only guesses, there is no outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion. `levels` is uint8 (height, width) over the model's input: `EDGE` and above on it, less around it.

    `part` is its share, 0–1, of all that looked like lesion: less than one where there are several spots.
    """

    levels: np.ndarray
    part: float = 1.0

    @property
    def mask(self) -> np.ndarray:
        """Return bool (height, width), true on the lesion."""
        return np.asarray(self.levels >= EDGE)


def segment(chance: np.ndarray, *, above: float) -> Lesion | None:
    """Return the plausible lesion where `chance`, float (height, width), 0–1, is more than `above`; None if there is none.

    It has to be more than a speck, and the model has to be fairly certain of it.
    """
    lesion = chance > above
    if not lesion.any():
        return None
    numbered = connected_parts(lesion)
    weight = np.bincount(numbered.ravel(), weights=_nearness(chance.shape).ravel())
    weight[0] = 0
    chosen = numbered == weight.argmax()
    if chosen.mean() < _LEAST or chance[chosen].mean() < _CERTAIN:
        return None
    levels = np.clip(EDGE + _LEVELS * (_log_odds(chance) - _log_odds(np.array(above))), 0, 255)
    levels[lesion & ~chosen] = 0
    holes = fill_holes(chosen) & ~chosen
    levels[holes] = 255
    return Lesion(levels=np.round(levels).astype(np.uint8), part=float(chosen.sum() / lesion.sum()))


def lay_over_photo(
    lesion: Lesion, *, how: Resize, size: tuple[int, int], photo: tuple[int, int], to: tuple[int, int]
) -> Image.Image:
    """Return the lesion's levels over the whole photo, grey. The arguments are those of `resize.over_photo`.

    Bilinear, because a bicubic curve overshoots the edge's level next to what was removed and would leave specks there.
    """
    levels = Image.fromarray(lesion.levels)
    return over_photo(levels, how=how, size=size, photo=photo, to=to, by=Image.Resampling.BILINEAR)


@lru_cache(maxsize=8)  # the maps of one model are all of one size
def _nearness(shape: tuple[int, ...]) -> np.ndarray:
    """Return a Gaussian weight for each place, 1 in the middle; read-only."""
    down, across = (np.linspace(-1, 1, side) for side in shape)
    weight = np.exp(-(down[:, np.newaxis] ** 2 + across**2) / _MIDDLE**2)
    weight.flags.writeable = False
    return np.asarray(weight)


def _log_odds(chance: np.ndarray) -> np.ndarray:
    kept = np.clip(chance.astype(np.float32), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))
