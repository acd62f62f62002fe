"""From what a model says is lesion to one plausible spot: the largest near the middle, without holes, or none at all."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from classifiers.lesion.components import filled, parts
from classifiers.resize import Resize, over_photo

EDGE = 128  # the level of the outline: from here on up is lesion
_LEVELS = 24  # to one step of the log-odds: near the edge levels are nearly even, so that enlarging keeps its place
_MIDDLE = 0.6  # how far from the middle, in shares of half the photo, a place still counts more than 1/e
_LEAST = 0.003  # of the photo: less is a speck, not a spot
_CERTAIN = 0.75  # the least mean chance on a spot: where the model only guesses, there is no outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One spot. `levels` is uint8 (height, width) over the model's input: `EDGE` and above on the spot, less around it."""

    levels: np.ndarray

    @property
    def mask(self) -> np.ndarray:
        """Return bool (height, width), true on the lesion."""
        return np.asarray(self.levels >= EDGE)


def segment(chance: np.ndarray, *, above: float) -> Lesion | None:
    """Return the plausible spot in `chance`, float (height, width), 0–1, where it is more than `above`; None without one.

    A spot has to be more than a speck, and the model has to be fairly certain of it.
    """
    lesion = chance > above
    if not lesion.any():
        return None
    numbered = parts(lesion)
    weight = np.bincount(numbered.ravel(), weights=_nearness(chance.shape).ravel())
    weight[0] = 0
    chosen = numbered == weight.argmax()
    if chosen.mean() < _LEAST or chance[chosen].mean() < _CERTAIN:
        return None
    levels = np.clip(EDGE + _LEVELS * (_log_odds(chance) - _log_odds(np.array(above))), 0, 255)
    levels[lesion & ~chosen] = 0
    holes = filled(chosen) & ~chosen
    levels[holes] = 255
    return Lesion(levels=np.round(levels).astype(np.uint8))


def spread(
    lesion: Lesion, *, how: Resize, size: tuple[int, int], photo: tuple[int, int], to: tuple[int, int]
) -> Image.Image:
    """Return the spot's levels over the whole photo, grey: `resize.over_photo`, from whose docstring the arguments are.

    Bilinear: a bicubic curve swings over the edge's level beside what was taken away, and would leave specks there.
    """
    levels = Image.fromarray(lesion.levels)
    return over_photo(levels, how=how, size=size, photo=photo, to=to, by=Image.Resampling.BILINEAR)


def _nearness(shape: tuple[int, ...]) -> np.ndarray:
    """Return how near each place is to the middle, 1 there and falling off like a bell."""
    down, across = (np.linspace(-1, 1, side) for side in shape)
    return np.asarray(np.exp(-(down[:, np.newaxis] ** 2 + across**2) / _MIDDLE**2))


def _log_odds(chance: np.ndarray) -> np.ndarray:
    kept = np.clip(chance.astype(np.float32), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))
