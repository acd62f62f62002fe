"""Photos made worse by a known amount: blurred, shaken, shrunk, darkened, over-exposed. What the retake gate learns from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from training.augment import compress
from training.gates.textures import Rng


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to spoil a photo. `worse(image, strength, rng)` makes it so, from `mild` to `hopeless`."""

    code: str  # what the card says of such a photo
    mild: float
    hopeless: float
    worse: Callable[[Image.Image, float, Rng], Image.Image]

    def strength(self, share: float) -> float:
        """Return the strength at a share, 0–1, of the way from mild to hopeless, even in its logarithm."""
        return float(self.mild * (self.hopeless / self.mild) ** share)


def degrade(pixels: np.ndarray, kind: Kind, share: float, rng: Rng) -> np.ndarray:
    """Return the photo, uint8 (side, side, 3), made worse by a share, 0–1, of the kind's range; half come through JPEG."""
    image = kind.worse(Image.fromarray(pixels), kind.strength(share), rng)
    if rng.random() < 0.5:
        image = compress(image, quality=int(rng.integers(50, 95)))
    return np.asarray(image)


def _bell(image: Image.Image, spread: float, _rng: Rng) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(spread * image.width))


def _disc(image: Image.Image, spread: float, _rng: Rng) -> Image.Image:
    """Out of focus: every point becomes a disc."""
    across, down = _grid(2 * spread * image.width)
    return _filtered(image, np.clip(2 * spread * image.width - np.hypot(across, down) + 0.5, 0, 1))


def _line(image: Image.Image, spread: float, rng: Rng) -> Image.Image:
    """Shaken: every point becomes a line."""
    across, down = _grid(spread * image.width)
    angle = rng.uniform(0, np.pi)
    aside = np.abs(-across * np.sin(angle) + down * np.cos(angle))
    along = np.abs(across * np.cos(angle) + down * np.sin(angle))
    return _filtered(image, np.clip(1 - aside, 0, 1) * np.clip(spread * image.width - along + 0.5, 0, 1))


def _grid(reach: float) -> tuple[np.ndarray, np.ndarray]:
    steps = np.arange(-int(reach) - 1, int(reach) + 2)
    across, down = np.meshgrid(steps, steps)
    return across, down


def _filtered(image: Image.Image, kernel: np.ndarray) -> Image.Image:
    """Convolve with a kernel by Fourier transform, the photo mirrored at its edge."""
    margin = len(kernel) // 2
    framed = np.pad(np.asarray(image, dtype=np.float32), ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    shape = framed.shape[:2]
    found = np.fft.rfft2(framed, axes=(0, 1)) * np.fft.rfft2(kernel / kernel.sum(), s=shape)[:, :, np.newaxis]
    whole = np.fft.irfft2(found, s=shape, axes=(0, 1))
    return Image.fromarray(whole[2 * margin :, 2 * margin :].clip(0, 255).astype(np.uint8))


def _shrunk(image: Image.Image, left: float, rng: Rng) -> Image.Image:
    """Few pixels, made large again by whoever shows it."""
    small = max(2, round(left * image.width))
    down = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.NEAREST)[rng.integers(3)]
    shrunk = image.resize((small, small), down)
    if rng.random() < 0.5:
        shrunk = compress(shrunk, quality=int(rng.integers(50, 95)))
    up = (Image.Resampling.BILINEAR, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.NEAREST)
    return shrunk.resize(image.size, up[rng.integers(4)])


def _dim(image: Image.Image, left: float, rng: Rng) -> Image.Image:
    """A share of the light, with the noise of a sensor in the dark."""
    noise = rng.normal(0, rng.uniform(0, 4) * rng.integers(2), (image.height, image.width, 3))
    return _whole(np.asarray(image, dtype=np.float32) * left + noise)


def _murky(image: Image.Image, left: float, _rng: Rng) -> Image.Image:
    """Darkened along a curve, which the middle tones feel most."""
    values = np.asarray(image, dtype=np.float32) / 255
    middle = float(np.clip(values.mean(), 0.05, 0.95))
    return _whole(255 * values ** (1 + np.log(left) / np.log(middle)))


def _clipped(image: Image.Image, gain: float, _rng: Rng) -> Image.Image:
    """Too much light: what is bright is white."""
    return _whole(np.asarray(image, dtype=np.float32) * gain)


def _glare(image: Image.Image, gain: float, _rng: Rng) -> Image.Image:
    """Light that lies over everything, as flash on a wet lens."""
    return _whole(255 - (255 - np.asarray(image, dtype=np.float32)) / gain)


def _whole(values: np.ndarray) -> Image.Image:
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


KINDS = {  # the strength of a blur in shares of the side, of what is shrunk or dark the share that is left
    "out of focus (bell)": Kind(code="blurred", mild=0.003, hopeless=0.06, worse=_bell),
    "out of focus (disc)": Kind(code="blurred", mild=0.003, hopeless=0.06, worse=_disc),
    "shaken": Kind(code="blurred", mild=0.005, hopeless=0.15, worse=_line),
    "shrunk": Kind(code="blurred", mild=0.5, hopeless=0.04, worse=_shrunk),
    "dim": Kind(code="dark", mild=0.7, hopeless=0.015, worse=_dim),
    "murky": Kind(code="dark", mild=0.7, hopeless=0.03, worse=_murky),
    "over-exposed": Kind(code="bright", mild=1.2, hopeless=6.0, worse=_clipped),
    "glare": Kind(code="bright", mild=1.3, hopeless=20.0, worse=_glare),
}
