"""One photo made into many: cut, turned, mirrored, re-lit, blurred. NumPy and Pillow only, so that it runs anywhere."""

import numpy as np
from PIL import Image, ImageFilter


def augment(pixels: np.ndarray, *, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return uint8 (size, size, 3): a random view of `pixels`, uint8 (height, width, 3). A lesion has no right way up."""
    image = _random_resized_crop(Image.fromarray(pixels), size=size, rng=rng)
    if rng.random() < 0.15:  # Telegram, old phones and shaky hands
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    turned = np.rot90(np.asarray(image), k=int(rng.integers(4)))
    if rng.random() < 0.5:
        turned = turned[:, ::-1]
    return _relight(turned, rng=rng)


def _random_resized_crop(image: Image.Image, *, size: int, rng: np.random.Generator) -> Image.Image:
    area = rng.uniform(0.35, 1.0)
    shape = np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
    width, height = (min(1.0, np.sqrt(area * shape)), min(1.0, np.sqrt(area / shape)))
    left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    box = (left * image.width, top * image.height, (left + width) * image.width, (top + height) * image.height)
    return image.resize((size, size), Image.Resampling.BILINEAR, box=box)


def _relight(pixels: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Change white balance, brightness, contrast, saturation and gamma, as other cameras and lamps would."""
    light = pixels.astype(np.float32) / 255
    light = light ** rng.uniform(0.75, 1.33)
    light *= rng.uniform(0.9, 1.1, size=3).astype(np.float32) * rng.uniform(0.8, 1.2)
    grey = light.mean(axis=2, keepdims=True)
    light = grey + (light - grey) * rng.uniform(0.7, 1.3)
    middle = light.mean()
    light = middle + (light - middle) * rng.uniform(0.8, 1.25)
    return np.asarray(np.clip(light * 255, 0, 255), dtype=np.uint8)
