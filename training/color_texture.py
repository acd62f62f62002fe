"""Colour and texture as people described skin photos before networks: the classical baseline of the comparison."""

from collections.abc import Sequence

import numpy as np
from PIL import Image
from tqdm import tqdm

BINS = 12  # of each colour histogram
LEVELS = 8  # of grey, for co-occurrence
_AROUND = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))  # the eight neighbours, in a circle


def describe_all(pixels: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Return float32 (photos, features) of uint8 (photos, side, side, 3)."""
    return np.stack([describe(one) for one in tqdm(pixels, desc="colour and texture")])


def describe(pixels: np.ndarray) -> np.ndarray:
    """Return float32 (features,) of one photo, uint8 (side, side, 3)."""
    image = Image.fromarray(pixels).resize((112, 112), Image.Resampling.BOX)
    small = image.resize((56, 56), Image.Resampling.BOX)
    grey = [np.asarray(one.convert("L"), dtype=np.int16) for one in (image, small)]
    parts = [_colours(image), *map(binary_patterns, grey), *map(co_occurrence, grey)]
    return np.concatenate(parts).astype(np.float32)


def _colours(image: Image.Image) -> np.ndarray:
    """Return histograms of hue, saturation and value in the middle and around it, and how the two differ in colour."""
    across = np.linspace(-1, 1, image.width)
    middle = across[:, np.newaxis] ** 2 + across**2 < 0.36
    hsv, rgb = np.asarray(image.convert("HSV")), np.asarray(image).astype(float) / 255
    found = []
    for place in (middle, ~middle):
        for channel in range(3):
            counts = np.bincount(hsv[place, channel].astype(int) * BINS // 256, minlength=BINS)
            found.append(counts / counts.sum())
        found += [rgb[place].mean(axis=0), rgb[place].std(axis=0)]
    found.append(rgb[middle].mean(axis=0) - rgb[~middle].mean(axis=0))
    return np.concatenate(found)


def binary_patterns(grey: np.ndarray) -> np.ndarray:
    """Return the shares of the ten rotation-invariant uniform local binary patterns of grey values (Ojala et al. 2002)."""
    height, width = grey.shape
    centre = grey[1:-1, 1:-1]
    brighter = np.stack([grey[top : top + height - 2, left : left + width - 2] >= centre for top, left in _AROUND])
    changes = (brighter != np.roll(brighter, 1, axis=0)).sum(axis=0)
    pattern = np.where(changes <= 2, brighter.sum(axis=0), 9)
    return np.asarray(np.bincount(pattern.ravel(), minlength=10) / pattern.size)


def co_occurrence(grey: np.ndarray) -> np.ndarray:
    """Return contrast, homogeneity, energy and correlation of neighbouring grey values, both ways (Haralick et al. 1973)."""
    level = grey.astype(int) * LEVELS // 256
    found = []
    for first, second in ((level[:, :-1], level[:, 1:]), (level[:-1], level[1:])):
        pairs = np.bincount((first * LEVELS + second).ravel(), minlength=LEVELS**2).reshape(LEVELS, LEVELS)
        share = (pairs + pairs.T) / (2 * pairs.sum())
        row, column = np.indices(share.shape)
        mean = (row * share).sum()
        variance = ((row - mean) ** 2 * share).sum()
        together = ((row - mean) * (column - mean) * share).sum()
        found += [
            ((row - column) ** 2 * share).sum(),
            (share / (1 + np.abs(row - column))).sum(),
            np.sqrt((share**2).sum()),
            together / variance if variance > 0 else 1.0,
        ]
    return np.array(found)
