"""Untrusted bytes become an RGB image, or a Refusal that says what to send instead."""

import io
import logging
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, ImageChops
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from classifiers.errors import DamagedImage, EmptyFile, NotAnImage, Refusal, TooManyPixels
from classifiers.photo.header import read_header

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff")
MOST_MEGAPIXELS = 120
_LARGEST = 1e30  # of what a float picture may hold: its range must not overflow
# What opens each format. They are called by name, not through Image.open: a file is known by its first bytes, a picture of
# many megapixels is refused by its header in our own words, and nothing of Pillow's is changed for whoever imports this. A
# file of several JPEGs (MPO) is opened as the JPEG that it begins with.
_READERS: dict[str, type[ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "HEIF": HeifImageFile,
    "AVIF": AvifImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # what undoes each EXIF orientation
_SIDEWAYS = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """An opened photo. `image` is upright RGB and may be smaller than what was sent; `width` and `height` are what was sent."""

    image: Image.Image
    width: int
    height: int


def open_photo(data: bytes, *, least: int) -> Photo:
    """Return the first frame, upright, RGB, its short side at least `least` pixels if the photo has them.

    JPEGs are decoded at a half, quarter or eighth where that is enough. Raises EmptyFile, NotAnImage, DamagedImage, TooManyPixels.
    """
    if not data:
        raise EmptyFile
    header = read_header(data)
    if header is None or header.format not in _READERS:
        raise NotAnImage
    if header.width * header.height > MOST_MEGAPIXELS * 1_000_000:
        raise TooManyPixels(megapixels=round(header.width * header.height / 1e6), most=MOST_MEGAPIXELS)
    try:
        with _READERS[header.format](io.BytesIO(data)) as image:
            return _decoded(image, least)
    except Refusal:
        raise
    except Exception as error:  # flipped bytes raise a dozen kinds, from struct.error to RuntimeError
        log.info("a photo could not be decoded: %r", error)
        raise DamagedImage from error


def _decoded(image: Image.Image, least: int) -> Photo:
    width, height = image.size
    _check_size(width, height)
    if image.format in {"JPEG", "MPO"}:
        _decode_reduced(image, least)
    image.load()
    turn = _TURNS.get(_orientation(image))
    if turn in _SIDEWAYS:
        width, height = height, width
    upright = image if turn is None else image.transpose(turn)
    if image.format in {"JPEG", "MPO"} and image.mode == "CMYK" and "adobe" not in image.info:
        upright = ImageChops.invert(upright)  # Pillow takes every CMYK JPEG for Adobe's, which are stored inverted
    return Photo(image=_to_rgb(upright), width=width, height=height)


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise NotAnImage
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise TooManyPixels(megapixels=round(width * height / 1e6), most=MOST_MEGAPIXELS)


def _decode_reduced(image: Image.Image, least: int) -> None:
    scale = max(1.0, min(image.size) / least)
    image.draft(None, (int(image.width / scale), int(image.height / scale)))


def _orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1–8; 1, upright, where it says nothing that makes sense."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
    except Exception as error:  # as many kinds as in decoding
        log.info("EXIF is broken, which says nothing about the picture itself: %r", error)
        return 1
    return found if isinstance(found, int) else 1


def _to_rgb(image: Image.Image) -> Image.Image:
    """Return RGB on white, whatever the mode: CMYK, palette, alpha, 16 or 32 bits, float."""
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        flat = Image.new("RGB", image.size, "white")
        with_alpha = image.convert("RGBA")
        flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return flat
    return image.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit grey keeps its upper byte, shares of one are shares of white; other values are spread over their range."""
    deep = np.asarray(image)
    if image.mode.startswith("I;16") or (image.mode == "I" and deep.min() >= 0 and 255 < deep.max() <= 65535):
        return Image.fromarray((deep >> 8).astype(np.uint8)).convert("RGB")
    values = np.nan_to_num(deep.astype(np.float32), posinf=_LARGEST, neginf=-_LARGEST).clip(-_LARGEST, _LARGEST)
    low, high = float(values.min()), float(values.max())
    if image.mode == "F" and low >= 0 and high <= 1:
        grey = values * 255
    elif low < 0 or high > 255:
        grey = (values - low) * (255 / (high - low))
    else:
        grey = values
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8)).convert("RGB")
