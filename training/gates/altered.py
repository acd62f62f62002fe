"""Real training photos turned into what no camera shows, and the plain skin beside their lesions."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from training.gates.drawn import drawing
from training.gates.textures import Rng, colour, leaves, network


def recoloured(pixels: np.ndarray, rng: Rng) -> Image.Image:
    """Return the photo in colours that skin does not have: hues turned, inverted, channels swapped or posterised."""
    image = Image.fromarray(pixels)
    kind = rng.integers(5)
    if kind == 0:
        hue, saturation, value = image.convert("HSV").split()
        turn = int(rng.uniform(55, 200))  # of 256
        saturation = saturation.point([min(255, int(v * 1.3) + 25) for v in range(256)])
        turned = hue.point([(v + turn) % 256 for v in range(256)])
        return Image.merge("HSV", (turned, saturation, value)).convert("RGB")
    if kind == 1:
        return ImageOps.invert(image)
    if kind == 2:
        order = [(2, 1, 0), (1, 0, 2), (1, 2, 0), (2, 0, 1)][rng.integers(4)]
        return Image.fromarray(pixels[:, :, order])
    if kind == 3:
        return ImageOps.posterize(image, int(rng.integers(1, 3)))
    dark, light = colour(rng), colour(rng)
    return ImageOps.colorize(image.convert("L"), dark, light) if rng.random() < 0.5 else _edges(image)


def shuffled(pixels: np.ndarray, rng: Rng) -> Image.Image:
    """Return the photo cut into tiles that are laid out anew, each turned."""
    side, n = len(pixels), int(rng.integers(4, 12))
    tile = side // n
    made = np.zeros((tile * n, tile * n, 3), np.uint8)
    for place, at in enumerate(rng.permutation(n * n)):
        row, column = divmod(int(at), n)
        piece = pixels[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile]
        row, column = divmod(place, n)
        made[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile] = np.rot90(piece, int(rng.integers(4)))
    return Image.fromarray(made).resize((side, side))


def covered(pixels: np.ndarray, rng: Rng) -> Image.Image:
    """Return the photo with something else over most of it, or as a small picture within something else."""
    side = len(pixels)
    other = [drawing, leaves, network][rng.integers(3)](rng, side).resize((side, side))
    image = Image.fromarray(pixels)
    if rng.random() < 0.5:
        small = int(side * rng.uniform(0.15, 0.4))
        left, top = (int(v) for v in rng.integers(0, side - small, 2))
        other.paste(image.resize((small, small)), (left, top))
        return other
    mask = Image.fromarray((rng.random((5, 5)) < 0.8).astype(np.uint8) * 255).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    image.paste(other, mask=mask.point([255 * (v > 100) for v in range(256)]))
    return image


def collage(photos: Sequence[np.ndarray], rng: Rng) -> Image.Image:
    """Return many photos side by side, as a gallery shows them."""
    side, across, down = len(photos[0]), int(rng.integers(2, 5)), int(rng.integers(3, 6))
    gap = int(rng.integers(0, 6))
    made = Image.new("RGB", (side, side), (255, 255, 255) if rng.random() < 0.6 else colour(rng))
    wide, tall = side // across, side // down
    for at in range(across * down):
        image = Image.fromarray(photos[at % len(photos)]).resize((max(1, wide - gap), max(1, tall - gap)))
        made.paste(image, (at % across * wide, at // across * tall))
    return made


def beside(pixels: np.ndarray, lesion: np.ndarray | None, rng: Rng) -> Image.Image | None:
    """Return a piece of plain skin cut from beside the lesion, enlarged; None where there is no room for one.

    `lesion` bool (height, width) says where it is; None: it is taken to be in the middle, and a corner is cut.
    """
    side = len(pixels)
    for _ in range(12):
        piece = int(side * rng.uniform(0.22, 0.5 if lesion is not None else 0.3))
        if lesion is None:
            left, top = (int(v) * (side - piece) for v in rng.integers(0, 2, 2))
        else:
            left, top = (int(v) for v in rng.integers(0, side - piece + 1, 2))
            edge = side // 32
            around = lesion[max(0, top - edge) : top + piece + edge, max(0, left - edge) : left + piece + edge]
            if around.any():
                continue
        cut = pixels[top : top + piece, left : left + piece]
        if cut.mean() < 60 or (cut.mean(axis=2) < 40).mean() > 0.02:
            continue  # the black rim of a dermatoscope is no skin
        return Image.fromarray(cut).resize((side, side), Image.Resampling.BICUBIC)
    return None


def onto(pixels: np.ndarray, lesion: np.ndarray, rng: Rng) -> Image.Image:
    """Return a cut of the photo, as small as those of plain skin, with a good part of the lesion in it."""
    side = len(pixels)
    piece = int(side * rng.uniform(0.3, 0.6))
    down, across = np.nonzero(lesion)
    at = rng.integers(len(down))
    top, left = (
        int(np.clip(v - piece / 2 + rng.normal(0, piece / 6), 0, side - piece)) for v in (down[at], across[at])
    )
    cut = pixels[top : top + piece, left : left + piece]
    return Image.fromarray(cut).resize((side, side), Image.Resampling.BICUBIC)


def _edges(image: Image.Image) -> Image.Image:
    return ImageOps.invert(image.convert("L").filter(ImageFilter.FIND_EDGES)).convert("RGB")
