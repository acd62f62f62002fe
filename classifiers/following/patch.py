"""A lesion cut out of its photo, always as large, on skin of always the same colour: what two photos are compared by."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from classifiers.card import PhotoCard
from classifiers.lesion.colours import to_lab, to_linear
from classifiers.lesion.segment import EDGE
from classifiers.outline import outline_over
from classifiers.plugin import Examination

SIDE = 80  # pixels of a patch
RADIUS = 20.0  # pixels: a disc of the lesion's area has this one in every patch
_FIRST = 160  # pixels of the longer side of the copy that says where the lesion is and how large
_LEAST = 30  # pixels on that copy: a smaller lesion is too small to be compared
_SKIN = np.array([0.7021, 0.3917, 0.3085], dtype=np.float32)  # linear RGB of `lesion.colours.SKIN`
_SKIN_SEEN = 60  # pixels of a patch: of less skin nothing is known of the light


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A lesion in the middle of a square. A place p of the patch, in pixels, is (p + corner) / scale of the photo."""

    colours: (
        np.ndarray
    )  # float32 (SIDE, SIDE, 3): CIE Lab in the light in which the skin beside it is of `lesion.colours.SKIN`
    mask: np.ndarray  # bool (SIDE, SIDE): true on the lesion
    known: np.ndarray  # bool (SIDE, SIDE): true on the photo, false beyond its edge
    corner: tuple[int, int]
    scale: float

    @property
    def cut(self) -> bool:
        """Return whether the photo's edge may cut the lesion off."""
        return bool((self.mask & ~_shrunk(self.known)).any())


def patch_of(card: PhotoCard, examination: Examination) -> Patch | None:
    """Return the lesion's patch; None where no lesion is outlined, or one that is too small to be compared."""
    photo = examination.photo.image
    first = _FIRST / max(photo.size)
    small = outline_over(card, examination, _sized(photo, first))
    if small is None:
        return None
    places = np.argwhere(np.asarray(small) >= EDGE)
    if len(places) < _LEAST:
        return None
    scale = first * RADIUS / float(np.sqrt(len(places) / np.pi))
    size = _sized(photo, scale)
    down, across = (places.mean(axis=0) + 0.5) * scale / first
    corner = round(across - SIDE / 2), round(down - SIDE / 2)
    levels = outline_over(card, examination, size)
    if levels is None:
        return None
    box = (*corner, corner[0] + SIDE, corner[1] + SIDE)  # beyond the photo Pillow gives 0
    mask = np.asarray(levels.crop(box)) >= EDGE
    known = np.asarray(Image.new("L", size, 255).crop(box)) > 0
    pixels = np.asarray(photo.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0).crop(box))
    colours = _in_one_light(pixels, skin=known & ~mask)
    return Patch(colours=colours, mask=mask, known=known, corner=corner, scale=scale)


def _sized(photo: Image.Image, scale: float) -> tuple[int, int]:
    return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))


def _in_one_light(pixels: np.ndarray, *, skin: np.ndarray) -> np.ndarray:
    """Return Lab of uint8 (height, width, 3), in the light in which the skin is `_SKIN` (von Kries 1902, in linear RGB)."""
    light = np.ones(3, dtype=np.float32)
    if skin.sum() >= _SKIN_SEEN:
        light = _SKIN / np.maximum(np.median(to_linear(pixels[skin]), axis=0), 1e-3)
    return to_lab(pixels.reshape(-1, 3), light=light).reshape(pixels.shape)


def _shrunk(mask: np.ndarray) -> np.ndarray:
    """Return the mask without the pixels at its edge; beyond the patch it goes on."""
    padded = np.pad(mask, 1, mode="edge")
    return np.asarray(padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:] & mask)
