"""A coin beside the spot, found as an ellipse; what is round but no coin is left alone."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from classifiers.following.edges import Edges, edges_of, likely_circles
from classifiers.following.ellipse import Ellipse, fit_robustly
from classifiers.following.looks_minted import looks_minted

_COARSE, _FINE = 360, 900  # pixels of the longer side: where circles are searched, and where their edge is measured
_SMALLEST, _LARGEST = 0.05, 0.32  # of the longer side: the radius of a coin
_CANDIDATES = 14
_RAYS = 120
_SLANTED = 0.88  # the least that the short axis is of the long one: seen from more than 28° a spot may be of any size
_EDGE = 0.35  # of the strongest on its ray: an edge this strong may be the rim, the outermost of them first
_STEEP = 7.0  # times the slope of plain skin: less is its own texture
_MARGIN = 1.3  # of its size: as much around it is looked at once more, in finer pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCoin:
    """A coin in a photo: its rim in the photo's own pixels, and how far that may be off, as a share of its size (SD)."""

    rim: Ellipse
    doubt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """How a rim is looked for. Shares are of the ellipse's size."""

    reaches: tuple[tuple[float, float], ...]  # where along each ray, round by round
    within: float  # how near to the ellipse an edge counts as the rim's
    covered: float  # the least share of rays that meet such an edge
    rough: float  # the most that these edges scatter; the crimps of a bottle cap do more


_FIRST = _Search(reaches=((0.82, 1.25), (0.9, 1.12), (0.94, 1.06)), within=0.03, covered=0.6, rough=0.016)
_THEN = _Search(reaches=((0.92, 1.09), (0.95, 1.06)), within=0.02, covered=0.75, rough=0.009)


def find_coin(photo: Image.Image, lesion: np.ndarray | None) -> FoundCoin | None:
    """Return the coin in an RGB photo; None if there is none. `lesion`, bool (height, width) of the photo, is no coin."""
    coarse, fine = _reduced(photo, _COARSE), _reduced(photo, _FINE)
    edges, side = edges_of(coarse), max(coarse.size)
    coins = []
    for guess in likely_circles(edges, smallest=_SMALLEST * side, largest=_LARGEST * side, most=_CANDIDATES):
        near = _measured(guess, edges, _FIRST)
        found = near and _measured_again(near.rim.scaled(fine.width / coarse.width), fine)
        if found and looks_minted(np.asarray(fine), found.rim):
            coins.append(FoundCoin(rim=found.rim.scaled(photo.width / fine.width), doubt=found.doubt))
    beside = [found for found in coins if not _is_lesion(found.rim, lesion)]
    return min(beside, key=lambda found: found.doubt, default=None)


def _reduced(photo: Image.Image, longest: int) -> Image.Image:
    scale = longest / max(photo.size)
    if scale >= 1:
        return photo
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    return photo.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _measured_again(near: Ellipse, photo: Image.Image) -> FoundCoin | None:
    """Return the ellipse near to one in the photo's pixels, measured in these; None where there is no whole, smooth one."""
    reach = _MARGIN * near.long
    left, top = max(0, int(near.x - reach)), max(0, int(near.y - reach))
    part = photo.crop((left, top, min(photo.width, int(near.x + reach)), min(photo.height, int(near.y + reach))))
    found = _measured(near.moved(-left, -top), edges_of(part), _THEN)
    return found and FoundCoin(rim=found.rim.moved(left, top), doubt=found.doubt)


def _measured(guess: Ellipse, edges: Edges, how: _Search) -> FoundCoin | None:
    """Return the ellipse that a guess is near to; None where there is no whole, smooth one."""
    found, points, inside = guess, np.zeros((0, 2)), np.zeros(0, dtype=bool)
    for reach in how.reaches:
        points = _rim_points(found, edges, reach)
        fitted = fit_robustly(points, within=how.within)
        if fitted is None:
            return None
        found, inside = fitted
        if found.short < _SLANTED * found.long or not _is_near(found, guess):
            return None
    rough = float(np.std(found.distances(points[inside])))
    if inside.sum() < how.covered * _RAYS or rough > how.rough:
        return None
    return FoundCoin(rim=found, doubt=rough / float(np.sqrt(inside.sum() / 6)))  # neighbouring rays err alike


def _rim_points(around: Ellipse, edges: Edges, reach: tuple[float, float]) -> np.ndarray:
    """Return on each ray from the middle the outermost steep edge across it, float (up to _RAYS, 2).

    It is the rim, not what is struck on the face; rays that meet no edge have none.
    """
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    round_about = np.stack([np.cos(angles), np.sin(angles)])
    steps = np.linspace(*reach, max(8, round((reach[1] - reach[0]) * around.long * 1.5)))
    points = np.array([around.x, around.y]) + steps[:, np.newaxis, np.newaxis] * (around.axes @ round_about).T
    normals = (np.linalg.inv(around.axes).T @ round_about).T
    normals /= np.hypot(*normals.T)[:, np.newaxis]
    slopes = edges.along(points[..., 0], points[..., 1], np.broadcast_to(normals, points.shape))
    least = np.maximum(_EDGE * slopes.max(axis=0), _STEEP * edges.usual)
    tops = (slopes >= np.roll(slopes, 1, 0)) & (slopes >= np.roll(slopes, -1, 0)) & (slopes >= least)
    outermost = len(steps) - 1 - tops[::-1].argmax(axis=0)
    return np.asarray(points[outermost, np.arange(_RAYS)][tops.any(axis=0)])


def _is_near(found: Ellipse, guess: Ellipse) -> bool:
    return bool(
        0.7 < found.long / guess.long < 1.4 and np.hypot(found.x - guess.x, found.y - guess.y) < 0.4 * guess.long
    )


def _is_lesion(rim: Ellipse, lesion: np.ndarray | None) -> bool:
    """Return whether the ellipse lies over the lesion, or around it."""
    if lesion is None:
        return False
    places = np.argwhere(lesion)[:: max(1, int(lesion.sum()) // 2000), ::-1]
    return len(places) > 0 and float((rim.distances(places) < 1).mean()) > 0.05
