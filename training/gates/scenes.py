"""Faces before a background and things on a ground, drawn: people send what stands before their camera."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.gates.drawn import plain
from training.gates.textures import Rng, colour, leaves, palette, shaded, spectrum


def face(rng: Rng, side: int) -> Image.Image:
    """A head with hair, eyes, brows, nose and mouth before a background."""
    image = _background(rng, side)
    skin = np.array(palette("skin", rng))
    x, y = rng.uniform(0.35, 0.65, 2) * side
    wide, tall = rng.uniform(0.15, 0.42) * side, rng.uniform(0.25, 0.5) * side
    hair, cloth = leaves(rng, side, colours=[palette("hair", rng) for _ in range(3)], least=0.01), spectrum(rng, side)
    image.paste(cloth, mask=_oval(side, (x, y + 2.1 * tall), (2.2 * wide, tall)))
    image.paste(hair, mask=_oval(side, (x, y - 0.15 * tall), (1.2 * wide, 1.1 * tall)))
    image.paste(shaded(rng, side, skin), mask=_oval(side, (x, y), (wide, tall)))
    draw = ImageDraw.Draw(image)
    for at in (-1, 1):
        eye = (x + at * 0.42 * wide, y - 0.15 * tall)
        _ellipse(draw, eye, (0.2 * wide, 0.09 * tall), (245, 240, 235))
        _ellipse(draw, eye, (0.09 * wide, 0.09 * tall), palette("hair", rng))
        brow = (eye[0] - 0.25 * wide, eye[1] - 0.3 * tall, eye[0] + 0.25 * wide, eye[1] + 0.1 * tall)
        draw.arc(brow, 200, 340, fill=palette("hair", rng), width=max(1, int(0.06 * wide)))
    draw.arc(
        (x - 0.1 * wide, y - 0.1 * tall, x + 0.12 * wide, y + 0.3 * tall),
        20,
        160,
        fill=tuple(int(v) for v in skin * 0.7),
        width=2,
    )
    _ellipse(draw, (x, y + 0.55 * tall), (0.35 * wide, rng.uniform(0.03, 0.12) * tall), (170, 70, 75))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))


def things(rng: Rng, side: int) -> Image.Image:
    """Shaded bodies with surfaces of their own on a ground or a plate: food, toys, animals, tools."""
    image = _background(rng, side)
    if rng.random() < 0.3:
        image.paste(
            shaded(rng, side, np.array(colour(rng))), mask=_oval(side, (side / 2, side / 2), (0.45 * side, 0.45 * side))
        )
    for _ in range(rng.integers(1, 9)):
        at, radii = rng.uniform(0.1, 0.9, 2) * side, rng.uniform(0.04, 0.4, 2) * side
        body = shaded(rng, side, np.array(colour(rng)), round_at=(at, radii))
        if rng.random() < 0.5:
            body = Image.blend(body, (leaves if rng.random() < 0.5 else spectrum)(rng, side), rng.uniform(0.2, 0.7))
        mask = _oval(side, at, radii) if rng.random() < 0.5 else _blob(rng, side, at, radii)
        mask = mask.rotate(rng.uniform(0, 180), center=tuple(at))
        shadow = Image.new("RGB", image.size, tuple(int(v) for v in rng.integers(0, 60, 3)))
        offset = mask.transform(mask.size, Image.Transform.AFFINE, (1, 0, -6, 0, 1, -8)).filter(
            ImageFilter.GaussianBlur(6)
        )
        image.paste(shadow, mask=offset.point([int(v * 0.5) for v in range(256)]))
        image.paste(body, mask=mask.filter(ImageFilter.GaussianBlur(0.7)))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))


def _background(rng: Rng, side: int) -> Image.Image:
    kind = rng.integers(4)
    image = plain(rng, side) if kind == 0 else (spectrum if kind == 1 else leaves)(rng, side)
    if rng.random() < 0.5:  # a floor below a wall, or a field below the sky
        below, line = spectrum(rng, side), int(rng.uniform(0.3, 0.9) * side)
        image.paste(below.crop((0, line, side, side)), (0, line))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 5))) if rng.random() < 0.6 else image


def _ellipse(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], radii: tuple[float, float], fill: tuple[int, ...]
) -> None:
    draw.ellipse((at[0] - radii[0], at[1] - radii[1], at[0] + radii[0] + 1, at[1] + radii[1] + 1), fill=fill)


def _oval(side: int, at: object, radii: object) -> Image.Image:
    (x, y), (wide, tall) = np.asarray(at), np.asarray(radii)
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse((x - wide, y - tall, x + wide + 1, y + tall + 1), fill=255)
    return mask


def _blob(rng: Rng, side: int, at: np.ndarray, radii: np.ndarray) -> Image.Image:
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 14))))
    reach = rng.uniform(0.4, 1.2, len(angles))[:, np.newaxis] * radii
    points = at + reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).polygon([tuple(point) for point in points], fill=255)
    return mask
