"""Two photos of a spot, the later one turned, scaled and shifted so that the spot lies as in the earlier one. Pure."""

import numpy as np
from PIL import Image

from bot.replies.annotated_photo import draw_around
from bot.replies.strip import SIDE
from classifiers.card import PhotoCard
from classifiers.following.change import Change, View
from classifiers.following.patch import SIDE as PATCH
from classifiers.following.patch import Patch
from classifiers.following.registration import STILL, Registration
from classifiers.lesion.segment import EDGE
from classifiers.outline import outline_over
from classifiers.plugin import Examination

_BEYOND = (236, 236, 236)
_HALF = [255 * (level >= EDGE) for level in range(256)]
Seen = tuple[Examination, View]


def registered(card: PhotoCard, before: Seen, after: Seen, change: Change) -> tuple[Image.Image, Image.Image] | None:
    """Return squares of the earlier and of the later photo, SIDE pixels wide, outlined; None where there is no such pair.

    Where both sizes are known both have the same scale, so that growth shows; else the spot is as large in both.
    """
    first, then, over = before[1].patch, after[1].patch, change.registration
    if first is None or then is None or over is None:
        return None
    sizes = before[1].size, after[1].size
    zoom = sizes[0].diameter / sizes[1].diameter if sizes[0] and sizes[1] else 1.0
    return _square(card, before[0], first, STILL, 1.0), _square(card, after[0], then, over, zoom)


def _square(card: PhotoCard, examination: Examination, patch: Patch, over: Registration, zoom: float) -> Image.Image:
    """Return what lies over the earlier patch; `zoom` makes it smaller where it is less than one, about its middle."""
    photo, size = examination.photo.image, (SIDE, SIDE)
    corners = np.array([[0, SIDE, 0], [0, 0, SIDE]])  # of the square: where its sides begin, and how they run
    xy = (corners / SIDE - 0.5) * PATCH / zoom
    places = (over.places(xy) + 0.5 + np.array(patch.corner)[:, np.newaxis]) / patch.scale
    across, down = (places[:, 1] - places[:, 0]) / SIDE, (places[:, 2] - places[:, 0]) / SIDE
    affine = tuple(float(one) for at in (0, 1) for one in (across[at], down[at], places[at, 0]))
    how = Image.Transform.AFFINE, affine, Image.Resampling.BICUBIC
    square = photo.transform(size, *how, fillcolor=_BEYOND)
    levels = outline_over(card, examination, photo.size)
    if levels is not None:
        shape = levels.transform(size, Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR)
        draw_around(square, shape.point(_HALF))
    return square
