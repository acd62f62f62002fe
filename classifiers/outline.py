"""The lesion's outline in the photo's own coordinates: the model's map resized to the photo, at any size."""

import numpy as np
from PIL import Image

from classifiers.card import PhotoCard
from classifiers.lesion.segment import EDGE, lay_over_photo
from classifiers.plugin import Examination

_GRID = 64  # places to each side, on which the middle is found


def mask_of(card: PhotoCard, examination: Examination) -> np.ndarray | None:
    """Return bool (height, width) at the size the photo was sent in, upright, true on the lesion; None if nothing was outlined."""
    return mask_over(card, examination, (examination.photo.width, examination.photo.height))


def mask_over(card: PhotoCard, examination: Examination, size: tuple[int, int]) -> np.ndarray | None:
    """Return bool (height, width) over the whole photo at `size` = (width, height), true on the lesion; None if there is none."""
    levels = outline_over(card, examination, size)
    return None if levels is None else np.asarray(levels) >= EDGE


def outline_over(card: PhotoCard, examination: Examination, size: tuple[int, int]) -> Image.Image | None:
    """Return the lesion's levels over the whole photo, grey, at `size` = (width, height); None if there is none."""
    if examination.lesion is None:
        return None
    spec = card.model.input
    return lay_over_photo(
        examination.lesion, how=spec.resize, size=spec.size, photo=examination.photo.image.size, to=size
    )


def middle_of(card: PhotoCard, examination: Examination) -> tuple[float, float] | None:
    """Return where in the photo the lesion's middle is, across and down, 0–1; None if nothing was outlined."""
    levels = outline_over(card, examination, (_GRID, _GRID))
    places = np.argwhere(np.asarray(levels) >= EDGE) if levels is not None else np.empty((0, 2))
    if not len(places):
        return None
    down, across = (places.mean(axis=0) + 0.5) / _GRID
    return float(across), float(down)
