"""Ellipses in a picture: what a round, flat thing looks like from any side, and the one that fits some points best."""

from dataclasses import dataclass

import numpy as np

_CIRCLE = np.array([[0, 0, 0.5], [0, -1, 0], [0.5, 0, 0]])  # the inverse of the constraint 4ac - b² = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """An ellipse in pixels: `long` and `short` are half its axes, `angle` is that of the long one, from x towards y."""

    x: float
    y: float
    long: float
    short: float
    angle: float

    @property
    def axes(self) -> np.ndarray:
        """Return float (2, 2) that takes the unit circle to the ellipse around its middle."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turned = np.array([[cos, -sin], [sin, cos]])
        return np.asarray(turned @ np.diag([self.long, self.short]))

    @property
    def to_circle(self) -> np.ndarray:
        """Return float (2, 2) that takes the ellipse around its middle to the unit circle, turning nothing."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turned = np.array([[cos, -sin], [sin, cos]])
        return np.asarray(turned @ np.diag([1 / self.long, 1 / self.short]) @ turned.T)

    def distances(self, points: np.ndarray) -> np.ndarray:
        """Return how far points, float (n, 2), are from the middle: 1 on the ellipse."""
        return np.asarray(np.hypot(*(self.to_circle @ (points - (self.x, self.y)).T)))

    def scaled(self, by: float) -> "Ellipse":
        """Return the same ellipse in a picture that is `by` times as large."""
        return Ellipse(x=self.x * by, y=self.y * by, long=self.long * by, short=self.short * by, angle=self.angle)

    def moved(self, x: float, y: float) -> "Ellipse":
        """Return the same ellipse elsewhere."""
        return Ellipse(x=self.x + x, y=self.y + y, long=self.long, short=self.short, angle=self.angle)


def circle(x: float, y: float, radius: float) -> Ellipse:
    """Return a circle."""
    return Ellipse(x=x, y=y, long=radius, short=radius, angle=0.0)


def fit_ellipse(points: np.ndarray) -> Ellipse | None:
    """Return the ellipse that fits points, float (n, 2), best; None where they lie on none.

    Direct least squares (Fitzgibbon et al. 1999) in the stable form of Halíř and Flusser (1998).
    """
    if len(points) < 6:
        return None
    middle, spread = points.mean(axis=0), float(points.std())
    if spread == 0:
        return None
    x, y = ((points - middle) / spread).T
    squares, lines = np.stack([x * x, x * y, y * y], axis=1), np.stack([x, y, np.ones_like(x)], axis=1)
    try:
        bound = -np.linalg.solve(lines.T @ lines, (squares.T @ lines).T)
        values, vectors = np.linalg.eig(_CIRCLE @ (squares.T @ squares + squares.T @ lines @ bound))
    except np.linalg.LinAlgError:
        return None
    vectors = np.real(vectors)
    fits = np.flatnonzero((4 * vectors[0] * vectors[2] - vectors[1] ** 2 > 0) & (np.abs(np.imag(values)) < 1e-9))
    if not len(fits):
        return None
    conic = vectors[:, fits[0]]
    found = _of_conic(np.concatenate([conic, bound @ conic]))
    if found is None:
        return None
    return found.scaled(spread).moved(*middle)


def fit_robustly(points: np.ndarray, *, within: float, rounds: int = 6) -> tuple[Ellipse, np.ndarray] | None:
    """Return the ellipse that most of the points lie on, and which do, bool (n,): closer than `within` of its size.

    Each round leaves out what lies far from the ellipse of the last one, at first more generously.
    """
    found, inside = fit_ellipse(points), np.ones(len(points), dtype=bool)
    for _ in range(rounds):
        if found is None:
            return None
        off = np.abs(found.distances(points) - 1)
        inside = off <= max(within, 1.5 * float(np.median(off)))
        found = fit_ellipse(points[inside])
    if found is None:
        return None
    return found, np.abs(found.distances(points) - 1) <= within


def _of_conic(conic: np.ndarray) -> Ellipse | None:
    """Return the ellipse ax² + bxy + cy² + dx + ey + f = 0; None if it is none."""
    a, b, c, d, e, f = conic
    square = np.array([[a, b / 2], [b / 2, c]])
    if abs(np.linalg.det(square)) < 1e-12:
        return None
    middle = np.linalg.solve(2 * square, -np.array([d, e]))
    rest = -(f + middle @ np.array([d, e]) / 2)
    values, vectors = np.linalg.eigh(square / rest) if rest else (np.zeros(2), square)
    if values.min() <= 0:
        return None
    across, along = 1 / np.sqrt(values[1]), 1 / np.sqrt(values[0])
    angle = float(np.arctan2(vectors[1, 0], vectors[0, 0])) % np.pi
    return Ellipse(x=float(middle[0]), y=float(middle[1]), long=float(along), short=float(across), angle=angle)
