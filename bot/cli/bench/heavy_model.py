"""A model with large layers, as a `python` engine: what gains from running cases together, for `checkup bench --cluster`."""

from pathlib import Path

import numpy as np

SIDE = 4096


class HeavyModel:
    """Layers whose weights, 64 MB, are read from memory for each case, or once for a batch.

    All numbers are small and whole, so that sums in any order are the same to the last bit.
    """

    def __init__(self, folder: Path) -> None:
        """Make the weights; how many layers there are is in the file `depth` in the card's folder."""
        chance = np.random.default_rng(1)
        self._depth = int((folder / "depth").read_text())
        self._weights = chance.integers(-1, 2, (SIDE, SIDE)).astype(np.float32)

    def score(self, pixels: np.ndarray) -> np.ndarray:
        """Return two shares, float64 (2,), for one photo, uint8 (height, width, 3)."""
        scores: np.ndarray = self.score_batch(pixels[np.newaxis])[0]
        return scores

    def score_batch(self, photos: np.ndarray) -> np.ndarray:
        """Return the same for several, (n, 2), with each layer's weights read once."""
        values = photos.reshape(len(photos), -1)[:, :SIDE].astype(np.float32) % 8
        for _ in range(self._depth):
            values = np.clip(np.rint(values @ self._weights / 64), -8, 8)
        share = (values > 0).mean(1)
        return np.stack([share, 1 - share], axis=1)
