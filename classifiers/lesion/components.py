"""Connected components of a mask."""

import numpy as np


def connected_parts(mask: np.ndarray, *, corners: bool = True) -> np.ndarray:
    """Return int32 (height, width): 0 outside of the mask, 1, 2, … on its connected parts.

    `mask` is bool (height, width); with `corners` pixels that meet at a corner are connected (8-connectivity). Runs of each
    row are joined with those they touch in the row above (union-find over runs, He et al. 2008): fast for few, large parts.
    """
    height, width = mask.shape
    fenced = np.zeros((height, width + 1), dtype=bool)  # the extra column ends every run with its row
    fenced[:, :width] = mask
    turns = np.flatnonzero(np.diff(fenced.ravel(), prepend=False))
    starts, ends = turns[::2], turns[1::2]
    roots = _joined(starts.tolist(), ends.tolist(), width + 1, reach=int(corners))
    _, numbers = np.unique(roots, return_inverse=True)
    found = np.zeros(height * (width + 1), dtype=np.int32)
    found[fenced.ravel()] = np.repeat(numbers + 1, ends - starts)
    return found.reshape(height, width + 1)[:, :width]


def fill_holes(mask: np.ndarray) -> np.ndarray:
    """Return the mask with its holes filled: what is not 4-connected to the outside."""
    outside = connected_parts(np.pad(~mask, 1, constant_values=True), corners=False)
    return np.asarray(outside != outside[0, 0])[1:-1, 1:-1]


def _joined(starts: list[int], ends: list[int], row: int, *, reach: int) -> np.ndarray:
    """Return for each run, [start, end) in rows of `row` pixels, the number of a run that stands for its part."""
    parent = list(range(len(starts)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    above = 0
    for run in range(len(starts)):
        left, right = starts[run] - row - reach, ends[run] - row + reach
        while ends[above] <= left:
            above += 1
        touching = above
        while touching < run and starts[touching] < right:
            parent[root(touching)] = root(run)
            touching += 1
    return np.array([root(run) for run in range(len(parent))], dtype=np.int64)
