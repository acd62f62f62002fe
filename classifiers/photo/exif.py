"""EXIF, which is broken in many a file whose picture is not."""

import logging
from collections.abc import Callable
from typing import TypeVar

from PIL import Image

T = TypeVar("T")

log = logging.getLogger(__name__)


def of_exif(image: Image.Image, read: Callable[[Image.Exif], T]) -> T | None:
    """Return what is read of an image's EXIF, None where that fails."""
    try:
        return read(image.getexif())
    except Exception as error:  # as many kinds as in decoding
        log.info("EXIF is broken, which says nothing about the picture itself: %r", error)
        return None
