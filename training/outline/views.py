"""One photo and its mask made into many: both turned, mirrored and zoomed alike, the photo also re-lit."""

import numpy as np
from PIL import Image

from training.augment import Rng, another_photo

_PLAIN = 0.4  # the share of views that show the photo as it is served, only turned by right angles
_ZOOM = (0.7, 1.5)  # how much of the photo's side is seen: more than one to learn small spots in wide skin
_SHAPE = 0.2  # by how much, in logarithms, a side is stretched against the other
_AWAY = 0.08  # how far the middle of a view strays, in sides (standard deviation)


def view(pixels: np.ndarray, lesion: np.ndarray, *, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Return a random view, uint8 (size, size, 3) and (size, size), of a photo and its lesion of these shapes.

    What lies beyond the photo is its mirror image, in photo and mask alike.
    """
    both = np.dstack([pixels, lesion])
    both = np.rot90(both, k=int(rng.integers(4)))
    if rng.random() < 0.5:
        both = both[:, ::-1]
    if rng.random() > _PLAIN:
        both = _moved(both, rng=rng)
    photo = another_photo(Image.fromarray(np.ascontiguousarray(both[..., :3])), rng=rng)
    return np.asarray(photo), both[..., 3]


def _moved(both: np.ndarray, *, rng: Rng) -> np.ndarray:
    """Return uint8 (size, size, 4) seen from elsewhere: an affine map of what there is, mirrored beyond its edges."""
    size = both.shape[0]
    margin = size // 2
    wide = np.pad(both, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    angle, zoom = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(*np.log(_ZOOM)))
    across, down = zoom * np.exp(rng.uniform(0, _SHAPE) * np.array([1, -1]))
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos * across, -sin * down], [sin * across, cos * down]])
    corner = wide.shape[0] / 2 + size * rng.normal(0, _AWAY, 2) - turn @ np.full(2, size / 2)
    matrix = (*turn[0], corner[0], *turn[1], corner[1])

    def seen(part: np.ndarray) -> np.ndarray:
        image = Image.fromarray(np.ascontiguousarray(part))
        return np.asarray(image.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR))

    return np.dstack(
        [seen(wide[..., :3]), seen(wide[..., 3])]
    )  # together, as RGBA, what is not lesion would turn black
