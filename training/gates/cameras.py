"""The same skin through another camera: from nearer or further, in other light, on lighter or darker skin, sent another way.

What the not-this gate learns of is thus what a photo shows, not which clinic, camera or skin it comes from.
"""

import numpy as np
from PIL import Image, ImageFilter

from training.augment import compress
from training.gates.textures import Rng

_SIDES = (90, 400)  # pixels that another camera, or a messenger, leaves of the photo


def through_another(
    pixels: np.ndarray, rng: Rng, *, size: int, nearest: float = 0.3, furthest: float = 1.0
) -> np.ndarray:
    """Return the photo, uint8 (height, width, 3), as uint8 (size, size, 3), through another camera.

    `nearest` is the least share of the area that is seen. From further away than 1 the photo is framed by its own mirrored
    surroundings: skin, as a rule.
    """
    image = _framed(pixels, rng, nearest=nearest, furthest=furthest)
    image = image.resize((size, size), Image.Resampling.BILINEAR)
    image = Image.fromarray(in_other_light(np.asarray(image), rng))
    if rng.random() < 0.5:
        side = int(np.exp(rng.uniform(*np.log(_SIDES))))
        image = image.resize((side, side), Image.Resampling.BILINEAR)
        image = compress(image, quality=int(rng.integers(50, 96)))
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    elif rng.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.5)))
    turned = np.rot90(np.asarray(image), int(rng.integers(4)))
    return turned[:, ::-1] if rng.random() < 0.5 else turned


def in_other_light(pixels: np.ndarray, rng: Rng) -> np.ndarray:
    """Return the photo in other light, by another camera's colours, a third of the time on darker skin."""
    values = pixels.astype(np.float32) / 255
    if rng.random() < 1 / 3:
        values = darker(values, rng.uniform(0.35, 0.8))
    values = values ** np.exp(rng.uniform(-0.35, 0.35)) * rng.uniform(0.88, 1.12, 3) * rng.uniform(0.85, 1.15)
    grey = values.mean(axis=2, keepdims=True)
    values = grey + rng.uniform(0.5, 1.4) * (values - grey)
    middle = float(values.mean())
    values = middle + rng.uniform(0.75, 1.25) * (values - middle)
    if rng.random() < 0.3:
        values = values + rng.normal(0, rng.uniform(0.005, 0.03), values.shape)
    return np.asarray((255 * values).clip(0, 255).astype(np.uint8))


def darker(values: np.ndarray, light: float) -> np.ndarray:
    """Return a photo, float (height, width, 3), 0–1, as if its skin reflected the share `light` of red, and less of blue.

    Melanin absorbs blue light more than red (Anderson and Parrish 1981): each channel loses by a power of the share.
    """
    return np.asarray(values * np.array([light, light**1.25, light**1.45], dtype=np.float32))


def _framed(pixels: np.ndarray, rng: Rng, *, nearest: float, furthest: float) -> Image.Image:
    """Return a part of the photo, or the photo with its mirrored surroundings."""
    height, width = pixels.shape[:2]
    share = np.sqrt(np.exp(rng.uniform(np.log(nearest), np.log(furthest))))
    shape = np.exp(rng.uniform(-0.25, 0.25))
    tall, wide = (max(8, round(side * share * stretch)) for side, stretch in ((height, shape), (width, 1 / shape)))
    more = [max(0, (new - old + 1) // 2) for new, old in ((tall, height), (wide, width))]
    if any(more):
        pixels = np.pad(pixels, ((more[0], more[0]), (more[1], more[1]), (0, 0)), mode="symmetric")
    top, left = (
        int(rng.integers(0, max(0, whole - part) + 1)) for whole, part in zip(pixels.shape, (tall, wide), strict=False)
    )
    return Image.fromarray(pixels[top : top + tall, left : left + wide])
