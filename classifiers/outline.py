"""The lesion's outline on the photo: what lay on the model's input, laid over the photo at any size."""

import numpy as np
from PIL import Image

from classifiers.card import PhotoCard
from classifiers.lesion.segment import EDGE, spread
from classifiers.plugin import Examination


def mask_of(card: PhotoCard, examination: Examination) -> np.ndarray | None:
    """Return bool (height, width) at the size the photo was sent in, upright, true on the lesion; None for no outline."""
    spread = outline_over(card, examination, (examination.photo.width, examination.photo.height))
    return None if spread is None else np.asarray(spread) >= EDGE


def outline_over(card: PhotoCard, examination: Examination, size: tuple[int, int]) -> Image.Image | None:
    """Return the lesion's levels over the whole photo, grey, at `size` = (width, height); None without."""
    if examination.lesion is None:
        return None
    spec = card.model.input
    return spread(examination.lesion, how=spec.resize, size=spec.size, photo=examination.photo.image.size, to=size)
