"""How well the outline fits the masks people drew, and the card's numbers about it, chosen on validation lesions."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

from classifiers.card.model import Input
from classifiers.evaluation.figures import mean_of
from classifiers.evaluation.outlines import Fit, fit, outline_of, read_mask
from classifiers.lesion.abcd import LesionFeatures, features_of
from classifiers.lesion.segment import EDGE, Lesion, lay_over_photo, segment
from classifiers.plugin import PhotoPlugin, examine
from training.data import LabelledPhoto
from training.export import Head
from training.outline.recipe import Lesions

ABOVE = tuple(round(0.3 + 0.05 * step, 2) for step in range(9))  # what is tried
USUAL = 0.8  # the share of moles whose shape is not called uneven
_BATCH = 64


def choose(model: keras.Model, head: Head, known: Lesions) -> dict[str, float | None]:
    """Return the card's `decision.outline`: what fits validation's masks best, and where the shapes of most moles end."""
    chances = _chances(head.said_by(model), known.pixels)
    drawn = known.masks >= EDGE
    fits = {above: _fit([segment(one, above=above) for one in chances], drawn) for above in ABOVE}
    above = max(fits, key=lambda one: fits[one])
    spots = [segment(one, above=above) for one in chances]
    moles = [at for at, photo in enumerate(known.photos) if photo.label == "nv"]
    spec = Input(size=(known.pixels.shape[1], known.pixels.shape[2]))
    features = [found for at in moles if (found := _looks(spots[at], known.photos[at], spec)) is not None]
    return {
        "above": above,
        "asymmetric_above": _usual([found.asymmetry for found in features]),
        "uneven_above": _usual([found.border for found in features]),
    }


def measure(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto], masks: Sequence[Path]) -> dict[str, Any]:
    """Return Dice and mean Jaccard of the shipped outline on these photos' masks, at the masks' own size.

    Each is {value, interval, n}: means over photos, 95 % intervals over lesions. A photo without an outline counts as 0.
    """

    def fit_of(pair: tuple[LabelledPhoto, Path]) -> Fit:
        photo, path = pair
        found = outline_of(plugin.card, examine(plugin, photo.path.read_bytes()))
        return fit(np.zeros((1, 1), dtype=bool) if found is None else found, read_mask(path))

    with ThreadPoolExecutor(2) as pool:
        fits = list(pool.map(fit_of, zip(photos, masks, strict=True)))
    groups = np.array([photo.group for photo in photos])
    return {name: mean_of(np.array([getattr(one, name) for one in fits]), groups) for name in ("dice", "jaccard")}


def _chances(says: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Return how likely each place is lesion, float32 (n, height, width)."""
    found = [says.predict_on_batch(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)]
    return np.concatenate(found)[..., 0].astype(np.float32)


def _fit(spots: Sequence[Lesion | None], drawn: np.ndarray) -> float:
    """Return the mean Jaccard index at the model's input size."""
    return float(
        np.mean([fit(_enlarged(spot, one.shape), one).jaccard for spot, one in zip(spots, drawn, strict=True)])
    )


def _enlarged(spot: Lesion | None, shape: tuple[int, ...]) -> np.ndarray:
    if spot is None:
        return np.zeros(shape, dtype=bool)
    size = (shape[1], shape[0])
    whole = lay_over_photo(spot, how="stretch", size=(shape[0], shape[1]), photo=size, to=size)
    return np.asarray(whole) >= EDGE


def _looks(spot: Lesion | None, photo: LabelledPhoto, spec: Input) -> LesionFeatures | None:
    if spot is None:
        return None
    with Image.open(photo.path) as image:
        return features_of(spot, image.convert("RGB"), spec)


def _usual(values: Sequence[float | None]) -> float | None:
    """Return what most of the values are not above; None of none."""
    known = [value for value in values if value is not None]
    return round(float(np.quantile(known, USUAL)), 3) if known else None
