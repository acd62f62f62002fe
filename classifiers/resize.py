"""Resizing of a photo to a model's input. Training and serving both call it, so that they see the same pixels."""

from typing import Literal

import numpy as np
from PIL import Image

Resize = Literal["stretch", "fit", "crop"]


def to_input(image: Image.Image, size: tuple[int, int], how: Resize) -> np.ndarray:
    """Return the RGB image as uint8 (height, width, 3) for `size` = (height, width), antialiased (bilinear, whole support).

    `stretch` fills the input with the whole photo, `fit` keeps its shape and pads with black, `crop` cuts the middle.
    """
    height, width = size
    if how == "stretch":
        return np.asarray(_resized(image, (width, height)))
    scale = (min if how == "fit" else max)(width / image.width, height / image.height)
    inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if how == "fit":
        canvas = Image.new("RGB", (width, height))
        canvas.paste(_resized(image, inner), ((width - inner[0]) // 2, (height - inner[1]) // 2))
        return np.asarray(canvas)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    return np.asarray(_resized(image, inner).crop((left, top, left + width, top + height)))


def over_photo(
    small: Image.Image,
    *,
    how: Resize,
    size: tuple[int, int],
    photo: tuple[int, int],
    to: tuple[int, int],
    by: Image.Resampling = Image.Resampling.BICUBIC,
) -> Image.Image:
    """Return a grey map over the model's input resized to the whole photo: the inverse of `to_input`.

    It is 0 where the model saw nothing. `size` is the model's input (height, width); `photo` and `to` are (width, height) of
    the photo and of what is returned.
    """
    if how == "stretch":
        return small.resize(to, by)
    height, width = size
    scale = (min if how == "fit" else max)(width / photo[0], height / photo[1])
    inner = (photo[0] * scale / width, photo[1] * scale / height)  # the photo's size, in shares of the model's input
    if how == "fit":
        left, top = max(0.0, small.width * (1 - inner[0]) / 2), max(0.0, small.height * (1 - inner[1]) / 2)
        return small.resize(to, by, box=(left, top, small.width - left, small.height - top))
    middle = small.resize((max(1, round(to[0] / inner[0])), max(1, round(to[1] / inner[1]))), by)
    whole = Image.new("L", to)
    whole.paste(middle, ((to[0] - middle.width) // 2, (to[1] - middle.height) // 2))
    return whole


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # With the gap Pillow halves large photos first, in a third of the time; it changes nothing under twice the size.
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
