"""Asymmetry, border and colours of a lesion, after the ABCD rule. They describe the picture; no diagnosis uses them."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from classifiers.card.model import Input
from classifiers.lesion.colours import count_colours
from classifiers.lesion.segment import EDGE, Lesion, lay_over_photo

_LONGEST = 96  # pixels of the longer side of the copy that is measured: twice as fine as outlines are

_CUT = 0.15  # a lesion with more than this share of its edge on the photo's is cut off: its shape is unknown
_LEAST = 60  # pixels: a smaller lesion has no measurable shape
_RAGGED = 2.2  # compactness: the lesions that people outlined in HAM10000 stay below 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionFeatures:
    """How a lesion looks, after the A, B and C of the ABCD rule of dermatoscopy (Nachbar et al. 1994).

    There is no D, its size: nothing in a photo says how large a millimetre is.
    """

    share: float  # of the photo that it covers, 0–1
    colours: int  # of the six that the rule knows, 1–6
    cut: bool  # whether the photo's edge cuts it off
    asymmetry: float | None  # 0: the same on both sides of its axes, towards 1: less so; None if cut off or tiny
    border: float | None  # 1: a circle; more, the longer the edge is for its area; None if cut off or tiny


def features_of(lesion: Lesion, photo: Image.Image, spec: Input) -> LesionFeatures | None:
    """Return how a lesion looks on its photo, measured on a small copy; None if it is implausible.

    It is if it vanishes on the copy, or is so ragged that it is the texture of the skin rather than a lesion.
    """
    scale = _LONGEST / max(photo.size)
    small = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    over = lay_over_photo(lesion, how=spec.resize, size=spec.size, photo=photo.size, to=small)
    mask = np.asarray(over) >= EDGE
    if not mask.any() or (edge := border(mask)) > _RAGGED:
        return None
    return describe(mask, np.asarray(photo.resize(small, Image.Resampling.BOX, reducing_gap=1.0)), edge=edge)


def describe(mask: np.ndarray, pixels: np.ndarray, *, edge: float) -> LesionFeatures:
    """Return how a lesion looks, from its mask, bool (height, width), not empty, and the photo, uint8 (height, width, 3).

    `edge` is the mask's `border`.
    """
    cut = _cut(mask)
    shapeless = cut or int(mask.sum()) < _LEAST
    return LesionFeatures(
        share=float(mask.mean()),
        colours=count_colours(pixels, mask),
        cut=cut,
        asymmetry=None if shapeless else asymmetry(mask),
        border=None if shapeless else edge,
    )


def asymmetry(mask: np.ndarray) -> float:
    """Return the share of the lesion that has no counterpart across its principal axes, the mean of both, 0–1."""
    places = np.argwhere(mask).astype(np.float64)
    middle = places.mean(axis=0)
    centred = places - middle
    _, axes = np.linalg.eigh(centred.T @ centred)
    alone = []
    for axis in axes.T:
        mirrored = centred - 2 * np.outer(centred @ axis, axis) + middle
        down, across = np.round(mirrored).astype(int).T
        inside = (down >= 0) & (down < mask.shape[0]) & (across >= 0) & (across < mask.shape[1])
        alone.append(1 - mask[down[inside], across[inside]].sum() / len(places))
    return float(np.mean(alone))


def border(mask: np.ndarray) -> float:
    """Return the compactness of the lesion, perimeter² / 4π area: 1 for a circle, 1.27 for a square.

    The perimeter is the integral of the gradient of the blurred mask (coarea formula), which favours no direction of the grid.
    """
    soft = np.pad(mask.astype(np.float64), 2)
    for axis in (0, 1):
        soft = (np.roll(soft, 1, axis) + 2 * soft + np.roll(soft, -1, axis)) / 4
    slope = np.gradient(soft)
    return float(np.hypot(*slope).sum() ** 2 / (4 * np.pi * mask.sum()))


def _cut(mask: np.ndarray) -> bool:
    """Return whether a good part of the lesion's edge is the photo's."""
    on_edge = sum(int(side.sum()) for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    inner = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    around = int(mask.sum()) - int(inner.sum())
    return on_edge > _CUT * around
