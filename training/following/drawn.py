"""Changes drawn into a photo of a lesion: a new colour within it, a new part beside it."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_COLOURS = ((92, 104, 118), (38, 30, 30), (190, 60, 62), (226, 214, 210))  # blue-grey, black, red, white
_WITHIN, _BESIDE = (
    0.36,
    0.5,
)  # the radius of what is drawn, where that of the lesion is 1: an eighth, a quarter of its area
_COVER = 205  # of 255: what is below still shows


def with_new_colour(photo: Image.Image, lesion: np.ndarray, chance: np.random.Generator) -> Image.Image:
    """Return the photo with a round place of another colour within the lesion, bool (height, width), not empty."""
    rows, columns = np.nonzero(lesion)
    at = int(chance.integers(len(rows)))
    middle = (columns[at] + columns.mean()) / 2, (rows[at] + rows.mean()) / 2  # not quite at the edge
    return _dabbed(photo, middle, _WITHIN * _radius(lesion), _COLOURS[int(chance.integers(len(_COLOURS)))])


def with_new_part(photo: Image.Image, lesion: np.ndarray, chance: np.random.Generator) -> Image.Image:
    """Return the photo with a round part, as dark as the lesion, at its edge."""
    rows, columns = np.nonzero(lesion)
    angle, radius = chance.uniform(0, 2 * np.pi), _radius(lesion)
    along = (columns - columns.mean()) * np.cos(angle) + (rows - rows.mean()) * np.sin(angle)
    furthest = int(along.argmax())
    colour = np.median(np.asarray(photo)[lesion], axis=0)
    red, green, blue = (int(part) for part in colour)
    return _dabbed(photo, (columns[furthest], rows[furthest]), _BESIDE * radius, (red, green, blue))


def _radius(lesion: np.ndarray) -> float:
    return float(np.sqrt(lesion.sum() / np.pi))


def _dabbed(
    photo: Image.Image, middle: tuple[float, float], radius: float, colour: tuple[int, int, int]
) -> Image.Image:
    cover = Image.new("L", photo.size)
    x, y = middle
    ImageDraw.Draw(cover).ellipse((x - radius, y - radius, x + radius, y + radius), fill=_COVER)
    dabbed = photo.copy()
    dabbed.paste(colour, mask=cover.filter(ImageFilter.GaussianBlur(max(1.0, radius / 8))))
    return dabbed
