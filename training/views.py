"""Other views of a whole photo that a network can look at besides it: mirrored, turned, smaller, its middle, softened."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

SMALLER = 6 / 7  # of the side: 192 of 224 pixels
SOFTENED = 0.8  # pixels, the radius of the blur
View = Callable[[np.ndarray], np.ndarray]  # uint8 (side, side, 3) → uint8 (side', side', 3)


def whole(pixels: np.ndarray) -> np.ndarray:
    """Return the photo as it is."""
    return pixels


def mirrored(pixels: np.ndarray) -> np.ndarray:
    """Return its mirror image."""
    return pixels[:, ::-1]


def turned(pixels: np.ndarray) -> np.ndarray:
    """Return it upside down."""
    return pixels[::-1, ::-1]


def smaller(pixels: np.ndarray) -> np.ndarray:
    """Return all of it, with fewer pixels."""
    side = round(SMALLER * len(pixels))
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BILINEAR))


def middle_mirrored(pixels: np.ndarray) -> np.ndarray:
    """Return the mirror image of its middle, without what is at the edge."""
    edge = (len(pixels) - round(SMALLER * len(pixels))) // 2
    return pixels[edge : len(pixels) - edge, edge : len(pixels) - edge][:, ::-1]


def softened(pixels: np.ndarray) -> np.ndarray:
    """Return it without the finest detail, of which much is compression."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(SOFTENED)))


VIEWS: dict[str, View] = {
    "the whole": whole,
    "mirrored": mirrored,
    "turned": turned,
    "smaller": smaller,
    "its middle, mirrored": middle_mirrored,
    "softened": softened,
}
