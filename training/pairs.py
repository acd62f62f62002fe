"""Pairs of views of the same photo: as it is, and as it is once it was sent again, resized and compressed on the way."""

from typing import Any

import numpy as np
from PIL import Image

from classifiers.resize import to_input
from training.augment import Rng, compress
from training.batches import Batches

SIDES = (320, 800)  # pixels of the longer side that a messenger leaves of a photo
QUALITIES = (50, 95)  # of JPEG


class Pairs(Batches):
    """An epoch of pairs, drawn as `Batches` draws: every camera in each, rare labels more often than they are.

    x: two arrays uint8 (batch, size, size, 3), the same part of the same photos as they are and sent again. y: float32
    (batch,), nothing: what one says of the first is what the other is to say of the second.
    """

    def __getitem__(self, index: int) -> Any:
        drawn, rng = self._drawn(index)
        pairs = [self._pair(row, rng) for row in self._rows[drawn]]
        return tuple(np.stack(views) for views in zip(*pairs, strict=True)), np.zeros(len(pairs), np.float32)

    def _pair(self, row: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        as_is = self._pixels[row]
        with Image.open(self._photos[row].path) as image:
            again = sent_again(image.convert("RGB"), size=len(as_is), rng=rng)
        size = self._stage.size
        top, left = rng.integers(len(as_is) - size + 1, size=2)
        turns, mirrored = int(rng.integers(4)), rng.random() < 0.5

        def part(of: np.ndarray) -> np.ndarray:
            turned = np.rot90(of[top : top + size, left : left + size], k=turns)
            return turned[:, ::-1] if mirrored else turned

        return part(as_is), part(again)


def sent_again(image: Image.Image, *, size: int, rng: Rng) -> np.ndarray:
    """Return the photo, uint8 (size, size, 3), as the model gets it once it was resized and compressed."""
    scale = np.exp(rng.uniform(*np.log(SIDES))) / max(image.size)
    resized = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BICUBIC
    )
    return to_input(compress(resized, quality=int(rng.integers(*QUALITIES, endpoint=True))), (size, size), "stretch")
