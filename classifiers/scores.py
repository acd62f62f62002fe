"""A model's scores of one case, before anything is concluded from them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One case's scores. `probabilities` are the model's own, float32 (labels,), not yet calibrated.

    They sum to 1 unless the model is multi-label.
    """

    probabilities: np.ndarray
    class_maps: np.ndarray | None = None  # class maps, float32 (height, width, labels)
    not_this: float | None = None
    retake: np.ndarray | None = None  # how bad the photo is, float32, a number for each of the card's `retake_above`
    outline: np.ndarray | None = None  # the probability of lesion at each place, float32 (height, width), 0–1
