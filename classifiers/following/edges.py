"""Edges of a picture, and where circles of them may lie: the fast radial symmetry transform."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from classifiers.following.ellipse import Ellipse, circle
from classifiers.lesion.colours import to_lab

_STRONG = 0.12  # the share of pixels, those with the strongest edges, that vote
_RADII = 22
_CELL = 2  # pixels of a cell in which votes are counted
_APART = 0.5  # of the radius: middles that are nearer to each other are the same circle's


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The steepest slope of a picture's colours at each pixel, in CIE Lab, and its direction: float (height, width) each."""

    strength: np.ndarray
    across: np.ndarray  # the direction's unit vector
    down: np.ndarray

    @property
    def usual(self) -> float:
        """The slope of plain skin: what a fifth of the picture stays below, or more where much of it is skin."""
        return float(np.quantile(self.strength, 0.2))

    def along(self, x: np.ndarray, y: np.ndarray, towards: np.ndarray) -> np.ndarray:
        """Return the slope at points, float (…), in the directions `towards`, (…, 2): what lies across counts little."""
        height, width = self.strength.shape
        column, row = np.round(x).astype(int), np.round(y).astype(int)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        column, row = column.clip(0, width - 1), row.clip(0, height - 1)
        cosine = self.across[row, column] * towards[..., 0] + self.down[row, column] * towards[..., 1]
        return np.asarray(self.strength[row, column] * np.abs(cosine) ** 3 * inside)


def edges_of(image: Image.Image) -> Edges:
    """Return the edges of an RGB image: for each pixel those of the channel of Lab that changes most."""
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1)))
    lab = to_lab(soft.reshape(-1, 3)).reshape(soft.shape)
    down, across = np.gradient(lab, axis=(0, 1))
    size = np.hypot(down, across)
    most = size.argmax(axis=2)[..., np.newaxis]
    strength, down, across = (np.take_along_axis(one, most, axis=2)[..., 0] for one in (size, down, across))
    safe = np.maximum(strength, 1e-6)
    return Edges(strength=strength, across=across / safe, down=down / safe)


def likely_circles(edges: Edges, *, smallest: float, largest: float, most: int) -> list[Ellipse]:
    """Return up to `most` circles that many edges point at, best first; radii in pixels.

    Each strong edge votes for the middles at either side of it, by every radius (Loy and Zelinsky 2003).
    """
    height, width = edges.strength.shape
    rows, columns = np.nonzero(edges.strength >= np.quantile(edges.strength, 1 - _STRONG))
    across, down = edges.across[rows, columns], edges.down[rows, columns]
    shape = (height // _CELL + 1, width // _CELL + 1)
    found = []
    for radius in np.geomspace(smallest, largest, _RADII):
        votes = np.zeros(shape[0] * shape[1])
        for side in (-radius, radius):
            x, y = (columns + side * across) / _CELL, (rows + side * down) / _CELL
            inside = (x >= 0) & (x < shape[1] - 1) & (y >= 0) & (y < shape[0] - 1)
            votes += np.bincount(y[inside].astype(int) * shape[1] + x[inside].astype(int), minlength=len(votes))
        spread = _spread(votes.reshape(shape), reach=max(1, round(0.06 * radius / _CELL)))
        found += [
            (float(spread[at]) / radius, circle(at[1] * _CELL, at[0] * _CELL, float(radius))) for at in _peaks(spread)
        ]
    return _apart([one for _, one in sorted(found, key=lambda one: -one[0])], most)


def _spread(votes: np.ndarray, *, reach: int) -> np.ndarray:
    """Return the votes in a box of `reach` to each side."""
    padded = np.pad(votes, ((reach + 1, reach), (reach + 1, reach))).cumsum(axis=0).cumsum(axis=1)
    side = 2 * reach + 1
    return np.asarray(padded[side:, side:] - padded[:-side, side:] - padded[side:, :-side] + padded[:-side, :-side])


def _peaks(votes: np.ndarray) -> list[tuple[int, int]]:
    best = np.argsort(votes, axis=None)[-3:]
    return [(int(at // votes.shape[1]), int(at % votes.shape[1])) for at in best]


def _apart(circles: list[Ellipse], most: int) -> list[Ellipse]:
    """Return the first circles but those that lie on one that was taken already."""
    kept: list[Ellipse] = []
    for one in circles:
        near = (abs(np.log(one.long / other.long)) < 0.15 and _gap(one, other) < _APART * one.long for other in kept)
        if not any(near):
            kept.append(one)
        if len(kept) == most:
            break
    return kept


def _gap(one: Ellipse, other: Ellipse) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))
