"""Pictures with the statistics of natural photos but no content: what stands in for all the world that is not skin.

Networks that learn from such images see nearly as well as from photos (Baradad et al. 2021), and they are nobody's.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

Rng = np.random.Generator
Colour = tuple[int, int, int]

_PALETTES = {
    "skin": ((245, 215, 195), (225, 180, 150), (190, 140, 110), (140, 95, 70), (90, 60, 45)),
    "hair": ((20, 15, 12), (60, 40, 25), (110, 75, 45), (190, 160, 100), (130, 130, 130)),
    "leaf": ((40, 90, 30), (90, 140, 50), (150, 170, 90), (60, 70, 30)),
    "sky": ((120, 170, 230), (180, 210, 240), (230, 235, 240), (70, 110, 170)),
    "food": ((200, 60, 40), (240, 190, 60), (120, 70, 30), (230, 220, 190), (90, 130, 50)),
    "stone": ((120, 120, 115), (170, 165, 155), (80, 78, 75), (200, 195, 185)),
}


def colour(rng: Rng) -> Colour:
    """Return a colour: any, or one of those that common things have, skin among them."""
    if rng.random() < 0.25:
        return _whole(rng.integers(0, 256, 3))
    return palette(str(rng.choice(list(_PALETTES))), rng)


def palette(name: str, rng: Rng) -> Colour:
    """Return a colour of a palette, a little off."""
    base = np.array(_PALETTES[name][rng.integers(len(_PALETTES[name]))])
    return _whole(np.clip(base * rng.uniform(0.75, 1.2) + rng.normal(0, 8, 3), 0, 255))


def noise(rng: Rng, side: int) -> Image.Image:
    """Noise without any order, coloured or grey, coarse or fine."""
    coarse = int(rng.choice([1, 1, 2, 4, 8, 16]))
    small = -(-side // coarse)
    channels = 1 if rng.random() < 0.3 else 3
    pixels = rng.normal(rng.uniform(60, 200), rng.uniform(15, 120), (small, small, channels))
    if rng.random() < 0.4:
        pixels = rng.uniform(0, 256, pixels.shape)
    image = Image.fromarray(np.broadcast_to(pixels, (small, small, 3)).clip(0, 255).astype(np.uint8))
    how = Image.Resampling.NEAREST if rng.random() < 0.5 else Image.Resampling.BILINEAR
    return image.resize((side, side), how)


def spectrum(rng: Rng, side: int) -> Image.Image:
    """Noise whose amplitude falls with frequency as in photos, along one direction more than another: fur, grass, cloth."""
    down, across = np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij")
    angle, stretch = rng.uniform(0, np.pi), np.exp(rng.uniform(0, 2.2) * (rng.random() < 0.6))
    along = across * np.cos(angle) + down * np.sin(angle)
    aside = -across * np.sin(angle) + down * np.cos(angle)
    reach = np.hypot(along * stretch, aside / stretch)
    amplitude = 1 / np.maximum(reach, 1 / side) ** rng.uniform(0.6, 1.9)
    amplitude[0, 0] = 0
    phases = rng.normal(size=(3, *amplitude.shape)) + 1j * rng.normal(size=(3, *amplitude.shape))
    planes = np.fft.irfft2(phases * amplitude, s=(side, side))
    planes /= planes.std(axis=(1, 2), keepdims=True)
    if rng.random() < 0.3:
        planes = np.tanh(planes * rng.uniform(1, 6))  # patches, as on a cow or in camouflage
    mix = rng.normal(size=(3, 3)) * np.array([[1], [0.4], [0.2]]) * rng.uniform(15, 70)
    mix[0] = np.abs(mix[0])  # what varies most is light, which all channels share
    pixels = np.array(colour(rng)) + np.tensordot(planes, mix, axes=(0, 0))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def leaves(rng: Rng, side: int, *, colours: Sequence[Colour] | None = None, least: float = 0.02) -> Image.Image:
    """Dead leaves: shapes of every size that hide one another, as things do (Lee, Mumford and Huang 2001)."""
    given = colours or [colour(rng) for _ in range(rng.integers(3, 12))]
    image = Image.new("RGB", (side, side), given[0])
    draw, kind = ImageDraw.Draw(image), rng.integers(4)
    number = int(rng.integers(30, 260))
    sizes = np.minimum(least * side / np.sqrt(rng.uniform(0.003, 1, number)), side / 2)
    for reach in np.sort(sizes)[::-1] if rng.random() < 0.5 else sizes:
        x, y = rng.uniform(0, side, 2)
        fill = _whole(np.clip(np.array(given[int(rng.integers(len(given)))]) + rng.normal(0, 12, 3), 0, 255))
        if kind == 0 or (kind == 3 and rng.random() < 0.5):
            tall = reach * rng.uniform(0.3, 1)
            draw.ellipse((x - reach, y - tall, x + reach, y + tall), fill=fill)
        else:
            corners = rng.integers(3, 8)
            angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
            reaches = reach * (rng.uniform(0.3, 1.3, corners) if kind == 2 else 1)
            draw.polygon(list(zip(x + reaches * np.cos(angles), y + reaches * np.sin(angles), strict=True)), fill=fill)
    if rng.random() < 0.5:
        image = Image.blend(image, spectrum(rng, side), rng.uniform(0.1, 0.5))
    return image


def shaded(
    rng: Rng, side: int, base: np.ndarray, *, round_at: tuple[np.ndarray, np.ndarray] | None = None
) -> Image.Image:
    """A surface lit from one side, round where `round_at` gives a middle and radii, with a gloss on some."""
    across, down = np.meshgrid(np.arange(side), np.arange(side))
    middle, radii = round_at or (np.array([side / 2, side / 2]), np.array([side / 2, side / 2]))
    x, y = (across - middle[0]) / radii[0], (down - middle[1]) / radii[1]
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0.02, 1))
    lamp = rng.normal(size=3) * (1, 1, 0.3) + (0, 0, 1)
    light = np.clip((x * lamp[0] + y * lamp[1] + z * lamp[2]) / np.linalg.norm(lamp), 0, 1)
    gloss = light ** rng.uniform(10, 60) * rng.uniform(0, 255) * (rng.random() < 0.5)
    pixels = base * (0.35 + 0.75 * light)[:, :, np.newaxis] + gloss[:, :, np.newaxis]
    return Image.fromarray((pixels + rng.normal(0, 3, pixels.shape)).clip(0, 255).astype(np.uint8))


def network(rng: Rng, side: int) -> Image.Image:
    """What a random generator network makes of noise: structure at every size (StyleGAN-random of Baradad et al. 2021)."""
    channels, reach = 12, 4
    x: np.ndarray = rng.normal(size=(reach, reach, channels)).astype(np.float32)
    while reach < side // 2:
        reach *= 2
        x = np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)
        for axis in (0, 1):
            x = (x + np.roll(x, 1, axis)) / 2
        kernel = rng.normal(0, 1, (3, 3, channels, channels)).astype(np.float32)
        framed = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="wrap")
        around = [framed[i : i + reach, j : j + reach] @ kernel[i, j] for i in range(3) for j in range(3)]
        x = np.sum(around, axis=0) + rng.normal(0, rng.uniform(0, 0.5), (reach, reach, 1)) * np.std(around) * 3
        x = np.maximum(x - x.mean(axis=(0, 1)), 0.2 * (x - x.mean(axis=(0, 1)))).astype(np.float32)
        x /= x.std(axis=(0, 1)) + 1e-6
    mix = rng.normal(0, 1, (channels, 1)) + rng.uniform(0.1, 0.7) * rng.normal(0, 1, (channels, 3))  # mostly of light
    planes = x @ mix * rng.uniform(15, 70) / np.sqrt(channels)
    return Image.fromarray((planes + np.array(colour(rng))).clip(0, 255).astype(np.uint8)).resize((side, side))


def fractal(rng: Rng, side: int) -> Image.Image:
    """The attractor of a few random shrinking maps (Kataoka et al. 2020), lit on a ground: ferns, dust, coasts."""
    n = int(rng.integers(2, 7))
    maps = rng.uniform(-1, 1, (n, 2, 2))
    maps *= rng.uniform(0.4, 0.85, (n, 1, 1)) / np.linalg.norm(maps, ord=2, axis=(1, 2))[:, np.newaxis, np.newaxis]
    shifts = rng.uniform(-1, 1, (n, 2))
    points, hue = rng.normal(size=(40_000, 2)), np.zeros(40_000)
    for _ in range(18):
        which = rng.integers(n, size=len(points))
        points = np.einsum("kij,kj->ki", maps[which], points) + shifts[which]
        hue = (hue + which / n) / 2
    low, high = np.percentile(points, [1, 99], axis=0)
    at = ((points - low) / (high - low + 1e-9) * (side - 1)).clip(0, side - 1).astype(int)
    dense = np.zeros((side, side), np.float32)
    np.add.at(dense, (at[:, 1], at[:, 0]), 1)
    tint = np.zeros((side, side), np.float32)
    tint[at[:, 1], at[:, 0]] = hue
    share = np.clip(np.log1p(dense) / rng.uniform(0.7, 3), 0, 1)[:, :, np.newaxis]
    first, last = np.array(colour(rng)), np.array(colour(rng))
    ground = np.asarray(spectrum(rng, side)) if rng.random() < 0.4 else np.array(colour(rng))
    drawn = first + (last - first) * tint[:, :, np.newaxis]
    return Image.fromarray((ground * (1 - share) + drawn * share).clip(0, 255).astype(np.uint8))


def spread(rng: Rng, n: int, size: tuple[int, int]) -> np.ndarray:
    """Return n points, float (n, 2), gathered somewhere within `size`."""
    middle = rng.uniform(0.1, 0.9, 2) * size
    return np.clip(middle + rng.normal(0, rng.uniform(0.05, 0.4), (n, 2)) * size, 0, np.array(size))


def _whole(values: np.ndarray) -> Colour:
    red, green, blue = (int(value) for value in values)
    return red, green, blue
