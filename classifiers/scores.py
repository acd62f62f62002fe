"""What a model says of one case, before anyone concludes anything from it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One case's scores. `probabilities` are the model's own, float32 (labels,), not yet calibrated.

    They sum to 1, but where several labels can be right at once: there each is the label's own.
    """

    probabilities: np.ndarray
    class_maps: np.ndarray | None = None  # class maps, float32 (height, width, labels)
    not_this: float | None = None
    retake: np.ndarray | None = None  # how bad the photo is, float32, a number for each of the card's `retake_above`
    outline: np.ndarray | None = None  # how likely each place is lesion, float32 (height, width), 0–1
