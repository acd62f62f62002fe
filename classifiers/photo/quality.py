"""A photo's quality: size, sharpness, light and contrast, measured at the model's input size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.card import Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A photo's quality. Light and contrast are shares of full white, 0–1."""

    side: int  # the shorter side in pixels, as it was sent
    sharpness: float  # log10 of the spread of the Laplacian over the spread of the grey values
    light: float  # mean
    contrast: float  # standard deviation


def measure(pixels: np.ndarray, *, side: int) -> Quality:
    """Return the quality of a photo, uint8 (height, width, 3) at the model's input size.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al. 2000) over the variance of the grey values, so that
    a pale lesion does not count as blurred.
    """
    grey = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    laplacian = grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1] - 4 * grey[1:-1, 1:-1]
    spread = float(grey.var())
    return Quality(
        side=side,
        sharpness=float(np.log10((float(laplacian.var()) + 1e-3) / (spread + 1.0))),
        light=float(grey.mean()) / 255,
        contrast=spread**0.5 / 255,
    )


def clearest(photos: Sequence[Quality]) -> int:
    """Return the place of the photo that shows most: the sharpest at the model's input size, of two alike the larger one."""
    return max(range(len(photos)), key=lambda at: (photos[at].sharpness, photos[at].side))


def faults_of(quality: Quality, limits: Screen) -> tuple[str, ...]:
    """Return the codes of why the photo cannot be judged, the most telling first; none if it can."""
    if quality.side < limits.least_side:
        return ("small",)
    faults = {
        "dark": quality.light < limits.light_above,
        "bright": quality.light > limits.light_below,
        "flat": quality.contrast < limits.contrast_above,
        "blurred": quality.sharpness < limits.sharpness_above,
    }
    found = tuple(code for code, is_so in faults.items() if is_so)
    return found if found != ("flat", "blurred") else ("flat",)
