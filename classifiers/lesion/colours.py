"""The six colours of dermatoscopy that a lesion shows, measured relative to the skin beside it."""

import numpy as np

COLOURS = {
    "white": (88.0, 3.0, 6.0),
    "red": (50.0, 40.0, 22.0),
    "light_brown": (56.0, 18.0, 26.0),
    "dark_brown": (33.0, 16.0, 17.0),
    "blue_grey": (47.0, 2.0, -4.0),
    "black": (12.0, 4.0, 3.0),
}  # CIE Lab on skin of the colour below; the six of Nachbar et al. (1994)
SKIN = (73.0, 16.0, 16.0)
_SKIN_STEP = 4  # every fourth pixel of the skin gives as good a median in a quarter of the time
_LEAST = 0.06  # a colour counts from this share of the lesion on
_WHITE = np.array([0.9505, 1.0, 1.089], dtype=np.float32)
_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], dtype=np.float32
)  # sRGB, D65
_LINEAR = np.array(
    [level / 3294.6 if level <= 10 else ((level / 255 + 0.055) / 1.055) ** 2.4 for level in range(256)],
    dtype=np.float32,
)


def to_linear(pixels: np.ndarray) -> np.ndarray:
    """Return the light of sRGB, uint8 (…, 3): linear, float32, 0–1."""
    return np.asarray(_LINEAR[pixels])


def to_lab(pixels: np.ndarray, *, light: np.ndarray | float = 1.0) -> np.ndarray:
    """Return CIE Lab, float32 (n, 3), of sRGB, uint8 (n, 3), for daylight (D65), once its linear RGB was multiplied by `light`."""
    xyz = (to_linear(pixels) * np.float32(light)) @ _TO_XYZ.T / _WHITE
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def count_colours(pixels: np.ndarray, mask: np.ndarray) -> int:
    """Return how many of `COLOURS` the lesion shows, at least 1, from uint8 (height, width, 3) and bool (height, width), not empty.

    Lighting and the darkness of the skin are removed first: the median outside of the lesion becomes `SKIN`.
    Pixels that look like the skin beside the lesion count as no colour.
    """
    lesion, skin = to_lab(pixels[mask]), pixels[~mask]
    if len(skin) > len(lesion) // 10:  # if nearly all is lesion, there is no skin to compare with
        lesion = lesion + (np.array(SKIN, dtype=np.float32) - np.median(to_lab(skin[::_SKIN_STEP]), axis=0))
    known = np.array([*COLOURS.values(), SKIN], dtype=np.float32)
    nearest = ((known**2).sum(axis=1) - 2 * lesion @ known.T).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(known))[: len(COLOURS)] / len(lesion)
    return max(1, int((shares > _LEAST).sum()))
