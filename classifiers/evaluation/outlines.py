"""How well the outline of a lesion fits one drawn by hand: Dice and Jaccard."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from classifiers.card import PhotoCard
from classifiers.outline import mask_of
from classifiers.plugin import Examination

_SHAPE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How much two areas overlap, 0–1 each."""

    dice: float
    jaccard: float


def outline_of(card: PhotoCard, examination: Examination) -> np.ndarray | None:
    """Return the lesion's area as found, bool (height, width) at the photo's size; None where the model draws no outlines.

    A photo that the model found no lesion on has an empty one: to miss a lesion is no way to be left out of the mean.
    """
    if examination.scores.outline is None:
        return None
    found = mask_of(card, examination)
    return np.zeros((examination.photo.height, examination.photo.width), dtype=bool) if found is None else found


def fit(found: np.ndarray, drawn: np.ndarray) -> Fit:
    """Return how well `found` fits `drawn`, both bool (height, width); `found` is brought to the size of `drawn` first."""
    if found.shape != drawn.shape:
        size = (drawn.shape[1], drawn.shape[0])
        found = np.asarray(Image.fromarray(found).resize(size, Image.Resampling.NEAREST))
    both, either = int((found & drawn).sum()), int((found | drawn).sum())
    if not either:
        return Fit(dice=1.0, jaccard=1.0)
    return Fit(dice=2 * both / (both + either), jaccard=both / either)


def read_mask(file: Path) -> np.ndarray:
    """Return a mask, bool (height, width): true where it is not black. Raises OSError."""
    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("L")) > 127
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow raises these, too
        raise OSError(f"{file}: {error}") from error


def is_as_its_photo(mask: np.ndarray, *, width: int, height: int) -> bool:
    """Return whether a mask has its photo's shape, but for what rounding leaves of it where one was scaled."""
    tall, wide = mask.shape
    return bool(abs(tall / wide / (height / width) - 1) <= _SHAPE)


def masks_by_photo(files: Iterable[Path]) -> dict[str, Path]:
    """Return the masks by their photo's stem, with HAM10000's `_segmentation` behind it or without."""
    return {file.stem.removesuffix("_segmentation"): file for file in files}
