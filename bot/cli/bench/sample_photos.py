"""Photos for measuring and trying: skin-like noise with a blotch, drawn from a seed; nobody's skin."""

import io

import numpy as np
from PIL import Image, ImageFilter

SKIN = np.array([214, 168, 140], dtype=np.float32)
BLOTCH = np.array([104, 66, 52], dtype=np.float32)


def draw_photo(width: int, height: int, *, seed: int) -> Image.Image:
    """Return an RGB photo of skin with one dark blotch near its middle, the same for the same seed and size."""
    rng = np.random.default_rng(seed)
    skin = SKIN + rng.normal(0, 12, 3).astype(np.float32)
    blotch = np.clip(BLOTCH + rng.normal(0, 20, 3), 0, 255).astype(np.float32)
    share = _blotch(width, height, rng)[..., np.newaxis]
    pixels = skin * (1 - share) + blotch * share
    pixels += _clouds(width, height, rng, cells=6)[..., np.newaxis] * 24  # light falls unevenly
    pixels += _clouds(width, height, rng, cells=max(8, width // 6))[..., np.newaxis] * 14  # pores
    pixels += rng.normal(0, 2, (height, width, 1)).astype(np.float32)  # the camera's own noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def jpeg_photo(width: int, height: int, *, seed: int, quality: int = 85) -> bytes:
    """Return such a photo as Telegram passes it on: 0.1 bytes a pixel, as photos of real skin have."""
    written = io.BytesIO()
    draw_photo(width, height, seed=seed).save(written, "JPEG", quality=quality)
    return written.getvalue()


def _clouds(width: int, height: int, rng: np.random.Generator, *, cells: int) -> np.ndarray:
    """Return smooth noise, float32 (height, width), mostly within -1 and 1, about `cells` bumps across."""
    down = max(2, round(cells * height / width))
    coarse = Image.fromarray(rng.uniform(-1, 1, (down, max(2, cells))).astype(np.float32))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))


def _blotch(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Return how much each pixel belongs to the blotch, float32 (height, width), 0–1, with a soft ragged edge."""
    y, x = np.ogrid[:height, :width]
    across, down = rng.uniform(0.4, 0.6) * width, rng.uniform(0.4, 0.6) * height
    radius = rng.uniform(0.12, 0.25) * min(width, height)
    distance = np.hypot(x - across, (y - down) * rng.uniform(0.7, 1.4)) / max(radius, 1)
    inside = distance + _clouds(width, height, rng, cells=9) * 0.25 < 1
    mask = Image.fromarray((inside * 255).astype(np.uint8))
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(radius / 30)), dtype=np.float32) / 255
