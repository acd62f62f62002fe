"""One photo made into many: cut, turned, mirrored, re-lit, blurred, hairy. NumPy and Pillow only, so that it runs anywhere."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Rng = np.random.Generator


def augment(pixels: np.ndarray, *, size: int, rng: Rng) -> np.ndarray:
    """Return uint8 (size, size, 3): a random view of `pixels`, uint8 (height, width, 3). A lesion has no right way up."""
    image = another_photo(_random_resized_crop(Image.fromarray(pixels), size=size, rng=rng), rng=rng)
    turned = np.rot90(np.asarray(image), k=int(rng.integers(4)))
    return turned[:, ::-1] if rng.random() < 0.5 else turned


def another_photo(image: Image.Image, *, rng: Rng) -> Image.Image:
    """Return the picture as on another day, by another camera, sent another way: everything stays at its place."""
    if rng.random() < 0.1:
        image = _hair(image, rng=rng)
    image = _relight(image, rng=rng)
    if rng.random() < 0.1:
        image = _vignette(image, rng=rng)
    if rng.random() < 0.15:  # old phones and shaky hands
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    if rng.random() < 0.2:  # what every messenger does to a photo
        image = compress(image, quality=int(rng.integers(40, 90)))
    return image


def _random_resized_crop(image: Image.Image, *, size: int, rng: Rng) -> Image.Image:
    """Cut 35–100 % of the area at some shape, one time in four out of the photo turned by any angle."""
    if rng.random() < 0.25:
        image = image.rotate(rng.uniform(-45, 45), Image.Resampling.BILINEAR, fillcolor=_border(image))
    area = rng.uniform(0.35, 1.0)
    shape = np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
    width, height = (min(1.0, np.sqrt(area * shape)), min(1.0, np.sqrt(area / shape)))
    left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    box = (left * image.width, top * image.height, (left + width) * image.width, (top + height) * image.height)
    return image.resize((size, size), Image.Resampling.BILINEAR, box=box)


def _border(image: Image.Image) -> tuple[int, int, int]:
    """Return the mean colour of the photo's edge: what most likely lies beyond it."""
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).mean(axis=0)
    return int(edge[0]), int(edge[1]), int(edge[2])


def _relight(image: Image.Image, *, rng: Rng) -> Image.Image:
    """Change gamma, white balance, brightness, saturation and contrast, as other cameras and lamps would."""
    gamma, steps = rng.uniform(0.75, 1.33), np.linspace(0, 1, 256)
    light = rng.uniform(0.9, 1.1, size=3) * rng.uniform(0.85, 1.12)
    curves = np.clip(np.round(255 * steps**gamma * light[:, np.newaxis]), 0, 255).astype(int)
    image = image.point([int(value) for value in curves.ravel()])
    saturation, contrast = rng.uniform(0.7, 1.3), rng.uniform(0.85, 1.2)
    middle = float(np.asarray(image.resize((8, 8), Image.Resampling.BOX)).mean())
    mix = contrast * (saturation * np.eye(3) + (1 - saturation) / 3)
    rows = np.column_stack([mix, np.full(3, (1 - contrast) * middle)])
    return image.convert("RGB", tuple(float(value) for value in rows.ravel()))


def _vignette(image: Image.Image, *, rng: Rng) -> Image.Image:
    """Darken the corners, as a dermatoscope's tube does."""
    across = np.linspace(-1, 1, image.width)
    distance = np.sqrt(across[:, np.newaxis] ** 2 + across**2)
    start = rng.uniform(0.85, 1.2)
    light = np.clip(1 - (distance - start) / rng.uniform(0.05, 0.6), rng.uniform(0, 0.5), 1)
    return Image.fromarray((np.asarray(image) * light[:, :, np.newaxis]).astype(np.uint8))


def _hair(image: Image.Image, *, rng: Rng) -> Image.Image:
    """Draw a few dark or light arcs across the photo."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    shade = int(rng.integers(10, 90)) if rng.random() < 0.8 else int(rng.integers(180, 240))
    for _ in range(int(rng.integers(1, 12))):
        x, y = rng.uniform(-0.5, 1.0, size=2) * image.width
        span = rng.uniform(0.5, 2.0, size=2) * image.width
        begin = rng.uniform(0, 360)
        box = (x, y, x + span[0], y + span[1])
        draw.arc(box, begin, begin + rng.uniform(20, 120), fill=(shade, shade, shade), width=1)
    return image


def compress(image: Image.Image, *, quality: int) -> Image.Image:
    """Return the image as JPEG of this quality gives it back."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")
