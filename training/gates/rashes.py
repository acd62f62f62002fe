"""Rashes drawn on real plain skin: bumps, rings, scales, patches and streaks; and one spot seen many times over.

Nobody's photos, and by the same cameras as the lesions: what tells them apart is what they show.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.gates.textures import Rng, spectrum

Map = np.ndarray  # float (side, side), 0–1: how much of the rash is at each place


def rash(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Return the skin, uint8 (side, side, 3), with a rash of any kind."""
    made = skin
    for kind in rng.choice(len(KINDS), size=1 + (rng.random() < 0.4), replace=False):
        made = list(KINDS.values())[int(kind)](made, rng)
    return made


def bumps(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Many small spots: hives, folliculitis, measles, chickenpox with a light on each blister."""
    many = int(np.exp(rng.uniform(np.log(12), np.log(160))))
    largest = 0.28 / np.sqrt(many)
    places = _places(many, rng)
    sizes = largest * rng.uniform(0.35, 1.0, many)
    made = _stained(skin, _discs(places, sizes, len(skin), rng), rng)
    if rng.random() < 0.4:  # a light, or pus, on each
        tops = _discs(places + rng.normal(0, largest / 8, places.shape), sizes * rng.uniform(0.2, 0.5), len(skin), rng)
        made = _mixed(made, tops, rng.uniform((190, 170, 120), (255, 250, 235)), rng.uniform(0.3, 0.9))
    return made


def rings(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """A few rings with a clearer middle: ringworm, erythema migrans."""
    many = int(rng.integers(1, 6))
    places, sizes = _places(many, rng), rng.uniform(0.1, 0.45, many) / np.sqrt(many) * 1.3
    outer = _discs(places, sizes, len(skin), rng)
    inner = _discs(places, sizes * rng.uniform(0.55, 0.88), len(skin), rng)
    return _stained(skin, np.clip(outer - rng.uniform(0.5, 1.0) * inner, 0, 1), rng)


def patches(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Large patches with soft edges, as wide as the photo or wider: eczema, cellulitis, intertrigo."""
    height = _cloud(len(skin), rng)
    level = np.quantile(height, rng.uniform(0.15, 0.7))
    return _stained(skin, 1 / (1 + np.exp(-(height - level) / rng.uniform(0.01, 0.15))), rng)


def scales(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Red patches under white scales: psoriasis, tinea."""
    side = len(skin)
    where = _cloud(side, rng)
    on = 1 / (1 + np.exp(-(where - np.quantile(where, rng.uniform(0.2, 0.7))) / 0.05))
    fine = _cloud(side, rng, coarse=(0.02, 0.08))
    flakes = on * (fine > np.quantile(fine, rng.uniform(0.5, 0.9)))
    white = rng.uniform((190, 180, 170), (250, 245, 240))
    return _mixed(_stained(skin, on, rng), _soft(flakes, rng.uniform(0.3, 1.2)), white, rng.uniform(0.3, 0.85))


def streaks(skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Lines: scratches, lymphangitis, larva migrans, cracks."""
    side = len(skin)
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 14))):
        steps = np.cumsum(rng.normal(0, 0.06, (12, 2)) + rng.normal(0, 0.06, 2), axis=0)
        points = (rng.uniform(0, 1, 2) + steps) * side
        draw.line([tuple(point) for point in points], fill=255, width=int(rng.integers(1, 7)))
    return _stained(skin, _soft(np.asarray(image) / 255, rng.uniform(0.5, 3)), rng)


KINDS: dict[str, Callable[[np.ndarray, Rng], np.ndarray]] = {
    "bumps": bumps,
    "rings": rings,
    "patches": patches,
    "scales": scales,
    "streaks": streaks,
}


def many_spots(pixels: np.ndarray, lesion: np.ndarray, skin: np.ndarray, rng: Rng) -> np.ndarray:
    """Return plain skin with many small copies of a lesion on it; `lesion` bool (side, side) says where it is on `pixels`."""
    side = len(skin)
    rows, columns = np.nonzero(lesion)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    spot, mask = Image.fromarray(pixels).crop(box), Image.fromarray(255 * lesion.astype(np.uint8)).crop(box)
    made = Image.fromarray(skin)
    many = int(np.exp(rng.uniform(np.log(5), np.log(60))))
    for x, y in _places(many, rng) * side:
        size = [max(3, int(side * rng.uniform(0.3, 0.6) / np.sqrt(many)))] * 2
        angle = rng.uniform(0, 360)
        small = spot.resize(size, Image.Resampling.BILINEAR).rotate(angle)
        edge = mask.resize(size, Image.Resampling.BILINEAR).rotate(angle).filter(ImageFilter.GaussianBlur(1))
        made.paste(small, (int(x) - size[0] // 2, int(y) - size[1] // 2), edge)
    return np.asarray(made)


def _places(many: int, rng: Rng) -> np.ndarray:
    """Return (many, 2) places, all over or in a group."""
    if rng.random() < 0.6:
        return rng.uniform(-0.05, 1.05, (many, 2))
    return np.asarray(rng.uniform(0.25, 0.75, 2) + rng.normal(0, rng.uniform(0.12, 0.3), (many, 2)))


def _discs(places: np.ndarray, sizes: np.ndarray, side: int, rng: Rng) -> Map:
    """Return discs with uneven, soft edges."""
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    for (x, y), size in zip(places * side, sizes * side, strict=True):
        angles = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        reach = size * (1 + 0.2 * rng.normal(size=14))
        draw.polygon([(x + r * np.cos(a), y + r * np.sin(a)) for r, a in zip(reach, angles, strict=True)], fill=255)
    return _soft(np.asarray(image) / 255, float(rng.uniform(0.05, 0.35) * max(2, float(np.mean(sizes)) * side)))


def _cloud(side: int, rng: Rng, *, coarse: tuple[float, float] = (0.08, 0.4)) -> Map:
    small = max(3, int(1 / rng.uniform(*coarse)))
    noise = Image.fromarray(rng.random((small, small)).astype(np.float32))
    cloud = np.asarray(noise.resize((side, side), Image.Resampling.BICUBIC))
    if rng.random() < 0.3:  # grain on top
        cloud = cloud + rng.uniform(0, 0.6) * np.asarray(spectrum(rng, side).convert("L"), dtype=np.float32) / 255
    return np.asarray((cloud - cloud.min()) / (np.ptp(cloud) + 1e-6))


def _soft(values: np.ndarray, spread: float) -> Map:
    image = Image.fromarray((255 * values).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(spread))
    return np.asarray(image, dtype=np.float32) / 255


def _stained(skin: np.ndarray, where: Map, rng: Rng) -> np.ndarray:
    """Return the skin redder, browner, purple or paler where the rash is, more in some places than in others."""
    colours = ((0.95, 0.62, 0.62), (0.8, 0.6, 0.55), (0.7, 0.55, 0.65), (0.62, 0.5, 0.45), (1.12, 1.12, 1.15))
    change = np.array(colours[int(rng.choice(len(colours), p=(0.45, 0.2, 0.15, 0.12, 0.08)))]) * rng.uniform(
        0.9, 1.1, 3
    )
    uneven = where * (1 - rng.uniform(0, 0.6) * _cloud(len(skin), rng))
    strength = rng.uniform(0.35, 1.1) * uneven[..., np.newaxis]
    return np.asarray((skin * (1 + strength * (change - 1))).clip(0, 255).astype(np.uint8))


def _mixed(skin: np.ndarray, where: Map, colour: np.ndarray, strength: float) -> np.ndarray:
    share = strength * where[..., np.newaxis]
    return np.asarray((skin * (1 - share) + np.asarray(colour) * share).clip(0, 255).astype(np.uint8))
