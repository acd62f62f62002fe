"""Registration of two photos of a lesion: how the later one is turned, scaled and shifted to lie over the earlier one."""

from dataclasses import dataclass, replace

import numpy as np

from classifiers.following.patch import RADIUS, SIDE, Patch

_MIDDLE = (SIDE - 1) / 2
_ANGLES, _RINGS = 120, 20  # of the polar grid on which all turns are tried at once
_TURNS = 3  # the likeliest, each of which is refined
_ROUNDS = 12
_STEPS = np.array([0.01, 0.01, 0.2, 0.2])  # for the slopes: of log scale, radians, pixels
_FURTHEST = np.array([0.5, np.inf, 12.0, 12.0])  # more is no refinement
_DAMPING = 1e-3
_UNITS = np.array([12.0, 6.0, 6.0], dtype=np.float32)  # Lab: what a lesion's colours usually differ by
_OUTLINE = 3.0  # what its outline counts beside them

_down, _across = np.mgrid[0:SIDE, 0:SIDE] - _MIDDLE
NEAR = np.hypot(_down, _across) < 1.7 * RADIUS  # what is compared: the lesion and the skin around it
_SPARSE = NEAR & (_down % 2 == 0.5) & (_across % 2 == 0.5)  # every fourth of these places refines as well
_SPARSE_XY = np.stack([_across[_SPARSE], _down[_SPARSE]])
_rings = np.arange(1, _RINGS + 1) / _RINGS * 1.5 * RADIUS
_turns = np.arange(_ANGLES) / _ANGLES * 2 * np.pi
_POLAR_XY = _rings[:, np.newaxis] * np.stack([np.cos(_turns), np.sin(_turns)])[:, np.newaxis]
_WEIGHT = np.sqrt(_rings)[:, np.newaxis, np.newaxis]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Where a place of the earlier patch, seen from its middle, lies on the later one: scaled, turned, then shifted, in pixels.

    `likeness` is the correlation of what then lies over each other, outlines and colours, up to 1.
    """

    log_scale: float
    angle: float
    x: float
    y: float
    likeness: float = 0.0

    def places(self, xy: np.ndarray) -> np.ndarray:
        """Return where places (2, …) of the earlier patch, seen from its middle, lie on the later one, in its pixels."""
        cos, sin = np.exp(self.log_scale) * np.cos(self.angle), np.exp(self.log_scale) * np.sin(self.angle)
        return np.stack([_MIDDLE + cos * xy[0] - sin * xy[1] + self.x, _MIDDLE + sin * xy[0] + cos * xy[1] + self.y])


STILL = Registration(log_scale=0.0, angle=0.0, x=0.0, y=0.0)


def register(before: Patch, after: Patch) -> Registration:
    """Return how the later patch lies over the earlier one: the likeliest turns by their outlines and colours, refined."""
    earlier, later = _stacked(before), _stacked(after)
    return max((_refined(earlier, later, turn) for turn in _likely_turns(earlier, later)), key=lambda one: one.likeness)


def sampled(channels: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return float channels (height, width, n) at places (2, …) = x and y in pixels, bilinear: (…, n)."""
    height, width = channels.shape[:2]
    left, top = np.floor(places[0]).astype(int).clip(0, width - 2), np.floor(places[1]).astype(int).clip(0, height - 2)
    right = (places[0] - left).clip(0, 1).astype(np.float32)[..., np.newaxis]
    low = (places[1] - top).clip(0, 1).astype(np.float32)[..., np.newaxis]
    flat, at = channels.reshape(height * width, -1), top * width + left
    upper = flat[at] * (1 - right) + flat[at + 1] * right
    lower = flat[at + width] * (1 - right) + flat[at + width + 1] * right
    return np.asarray(upper * (1 - low) + lower * low)


def _stacked(patch: Patch) -> np.ndarray:
    """Return colours and outline as float32 (SIDE, SIDE, 4), 0 beyond the photo."""
    skin = patch.known & ~patch.mask
    colours = (patch.colours - np.median(patch.colours[skin if skin.any() else patch.known], axis=0)) / _UNITS
    stacked = np.concatenate([colours, _OUTLINE * patch.mask[..., np.newaxis]], axis=2) * patch.known[..., np.newaxis]
    for axis in (0, 1):  # softened, as places between pixels are
        stacked = (np.roll(stacked, 1, axis) + 2 * stacked + np.roll(stacked, -1, axis)) / 4
    return np.asarray(stacked, dtype=np.float32)


def _likely_turns(before: np.ndarray, after: np.ndarray) -> list[float]:
    """Return the angles at which both agree most, by the correlation of their polar pictures over all turns."""
    earlier, later = (np.fft.rfft(_polar(one), axis=1) for one in (before, after))
    agreement = np.fft.irfft((later * np.conj(earlier)).sum(axis=(0, 2)), n=_ANGLES)
    peaks = np.flatnonzero((agreement >= np.roll(agreement, 1)) & (agreement >= np.roll(agreement, -1)))
    best = peaks[np.argsort(-agreement[peaks])][:_TURNS]
    return [float(_turns[at]) for at in best]


def _polar(channels: np.ndarray) -> np.ndarray:
    """Return the channels around the middle, (rings, angles, n), the outer rings weighed by their length."""
    around = sampled(channels, _POLAR_XY + _MIDDLE)
    weight = _WEIGHT**2
    return np.asarray((around - (around * weight).sum(axis=(0, 1)) / (weight.sum() * _ANGLES)) * _WEIGHT)


def _refined(before: np.ndarray, after: np.ndarray, turn: float) -> Registration:
    """Return the registration near a turn with the highest correlation, by Gauss-Newton steps (Evangelidis and Psarakis 2008)."""
    wanted = _normed(before[_SPARSE])
    start = np.array([0.0, turn, 0.0, 0.0])
    at, seen = start, _seen(after, start)
    for _ in range(_ROUNDS):
        slopes = np.stack([_slope(after, at, one) for one in np.diag(_STEPS)], axis=1)
        curve = slopes.T @ slopes
        step = np.linalg.solve(curve + _DAMPING * np.diag(np.diag(curve) + 1e-9), slopes.T @ (wanted - seen))
        better = _better(wanted, after, at, step, float(wanted @ seen), start)
        if better is None:
            break
        at, seen = better
    return replace(_of(at), likeness=float(wanted @ seen))


def _better(
    wanted: np.ndarray, after: np.ndarray, at: np.ndarray, step: np.ndarray, so_far: float, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the first place along a step, ever nearer, that agrees more, and what is seen there."""
    for part in (1.0, 0.5, 0.25):
        there = at + part * step
        if (np.abs(there - start) > _FURTHEST).any():
            continue
        seen = _seen(after, there)
        if float(wanted @ seen) > so_far + 1e-5:
            return there, seen
    return None


def _slope(after: np.ndarray, at: np.ndarray, step: np.ndarray) -> np.ndarray:
    return np.asarray((_seen(after, at + step) - _seen(after, at - step)) / (2 * step.sum()))


def _seen(after: np.ndarray, at: np.ndarray) -> np.ndarray:
    return _normed(sampled(after, _of(at).places(_SPARSE_XY)))


def _of(at: np.ndarray) -> Registration:
    log_scale, angle, x, y = map(float, at)
    return Registration(log_scale=log_scale, angle=angle, x=x, y=y)


def _normed(channels: np.ndarray) -> np.ndarray:
    """Return channels (places, n) as one vector of length 1, each channel around its own mean."""
    flat = (channels - channels.mean(axis=0)).ravel()
    return np.asarray(flat / (np.linalg.norm(flat) + 1e-9))
