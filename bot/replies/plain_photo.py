"""A copy of a photo with nothing but its pixels: no name, no place, no camera. Pure."""

import io

from PIL import Image

from classifiers.photo.decode import Photo
from classifiers.photo.open import Unopened


def plain_jpeg(photo: Photo | Unopened, *, longest: int) -> bytes:
    """Return a JPEG, upright, in RGB, at most `longest` pixels on a side, without metadata. Raises Refusal."""
    opened = photo.open(least=longest) if isinstance(photo, Unopened) else photo
    copy = opened.image.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    copy.info.clear()  # Pillow writes a JPEG's comment into its copies
    written = io.BytesIO()
    copy.save(written, "JPEG", quality=88)
    return written.getvalue()
