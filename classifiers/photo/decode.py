"""A file of a known format becomes an upright RGB picture, as large as is needed."""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

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

from classifiers.errors import DamagedImage, NotAnImage, Refusal, TooManyPixels, TooMuchWork, UnsupportedFormat
from classifiers.photo import dicom
from classifiers.photo.colour_profile import from_cmyk, to_srgb
from classifiers.photo.colours import Colours
from classifiers.photo.exif import of_exif
from classifiers.photo.header import Header, read_header
from classifiers.photo.png import read_png

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff")
MOST_MEGAPIXELS = 120
MOST_BYTES = 200_000_000  # of a decoded picture
# Bytes of a pixel while it is decoded and converted, by Pillow's mode; 4 for those not named.
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 2, "RGB": 3, "YCbCr": 3, "I;16": 6, "I;16B": 6, "I": 12, "F": 12}
_END_OF_IMAGE = b"\xff\xd9"  # what a JPEG ends with (ITU-T T.81, B.1.1.3)
_FILLED = 128  # the grey that stands for what is missing
_MOST_MISSING = 0.05  # of a JPEG's rows: more is a damaged photo
_LONGEST = 1600  # pixels: twice what the annotated photo has
_STRIP = 64  # rows of the reduced picture that are converted at a time
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
FORMATS = frozenset((*_READERS, *(("DICOM",) if dicom.IS_INSTALLED else ())))

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


def decode(data: bytes, header: Header, *, least: int) -> Photo:
    """Return the first frame of a file in one of `FORMATS`, upright, RGB, its short side at least `least` pixels if it has them.

    What is much larger than needed is reduced: a JPEG while it is decoded, all else strip by strip, so that no second
    picture of full size is made. Raises NotAnImage, DamagedImage, TooManyPixels, TooMuchWork,
    UnsupportedFormat for a DICOM file with something else inside.
    """
    ended = header.format != "JPEG" or header.complete
    try:
        if header.format == "DICOM":
            return _decoded_inside(dicom.look_inside(data), least)
        png = read_png(data) if header.format == "PNG" else None
        whole = png.data if png else data if ended else data + _END_OF_IMAGE
        with _READERS[header.format](io.BytesIO(whole)) as image:
            return _decoded(image, least, colours=Colours.of(image, data, png), ended=ended)
    except Refusal:
        raise
    except MemoryError as error:
        raise TooMuchWork from error
    except Exception as error:  # flipped bytes raise a dozen kinds, from struct.error to RuntimeError
        log.info("a photo could not be decoded: %r", error)
        raise DamagedImage from error


def check_pixels(width: int, height: int, *, bytes_each: float = 1.0) -> None:
    """Raise TooManyPixels for a picture of too many pixels, or of too many bytes once it is decoded."""
    most = min(MOST_MEGAPIXELS, MOST_BYTES / bytes_each / 1e6)
    if width * height > most * 1_000_000:
        raise TooManyPixels(megapixels=round(width * height / 1e6), most=round(most))


def _decoded(image: ImageFile, least: int, *, colours: Colours, ended: bool) -> Photo:
    width, height = image.size
    if width < 1 or height < 1:
        raise NotAnImage
    check_pixels(width, height)
    is_jpeg = image.format in {"JPEG", "MPO"}
    if is_jpeg:
        _decode_reduced(image, least)
    check_pixels(*image.size, bytes_each=_BYTES.get(image.mode, 4))
    image.load()
    turn = _TURNS.get(_orientation(image))
    if turn in _SIDEWAYS:
        width, height = height, width
    # Pillow takes every CMYK JPEG for Adobe's, which are stored inverted.
    inverted = is_jpeg and image.mode == "CMYK" and "adobe" not in image.info
    inks = from_cmyk(colours.profile) if image.mode == "CMYK" else None
    rgb = _rgb_in_strips(image, _reduction(image.size, least), convert=inks or _to_rgb, inverted=inverted)
    missing = _missing_rows(rgb) if is_jpeg else 0.0
    if missing > _MOST_MISSING and (missing < 1 or not ended):  # a plain grey picture is whole where it ends
        raise DamagedImage
    if not inks:
        rgb = colours.to_srgb(rgb)
    return Photo(image=rgb if turn is None else rgb.transpose(turn), width=width, height=height)


def _decoded_inside(inside: dicom.Inside, least: int) -> Photo:
    """Return the photo in a DICOM file."""
    if inside.jpeg:
        header = read_header(inside.jpeg)
        if header is None or header.format != "JPEG":
            raise UnsupportedFormat(format=f"DICOM ({header.format if header else 'unknown'})")
        photo = decode(inside.jpeg, header, least=least)
        return replace(photo, image=to_srgb(photo.image, inside.profile))
    check_pixels(inside.width, inside.height, bytes_each=inside.bytes_each)
    image = dicom.picture_of(inside)
    rgb = _rgb_in_strips(image, _reduction(image.size, least), convert=_to_rgb)
    return Photo(image=to_srgb(rgb, inside.profile), width=image.width, height=image.height)


def _missing_rows(image: Image.Image) -> float:
    """Return the share of rows at the bottom that a JPEG decoder has filled in with grey, since the file broke off."""
    if image.crop((0, image.height - 1, *image.size)).getextrema() != ((_FILLED, _FILLED),) * 3:
        return 0.0
    grey = (np.asarray(image) == _FILLED).all(axis=(1, 2))
    return float(1.0 if grey.all() else np.argmin(grey[::-1]) / len(grey))


def _decode_reduced(image: ImageFile, least: int) -> None:
    scale = max(1.0, min(image.size) / least)
    image.draft(None, (int(image.width / scale), int(image.height / scale)))


def _reduction(size: tuple[int, int], least: int) -> int:
    """Return by which whole number a picture can be divided and still be larger than anything that is made of it."""
    return max(1, min(min(size) // (2 * least), max(size) // _LONGEST))


def _rgb_in_strips(
    image: Image.Image, factor: int, *, convert: Callable[[Image.Image], Image.Image], inverted: bool = False
) -> Image.Image:
    """Return the picture as RGB, its sides divided by `factor`."""
    if factor == 1:
        return convert(ImageChops.invert(image) if inverted else image)
    size = (-(-image.width // factor), -(-image.height // factor))
    result, rows = Image.new("RGB", size), _STRIP * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strip.info = image.info
        result.paste(convert(ImageChops.invert(strip) if inverted else strip).reduce(factor), (0, top // factor))
    return result


def _orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1–8; 1, upright, where it says nothing that makes sense."""
    found = of_exif(image, lambda exif: exif.get(ExifTags.Base.Orientation))
    if isinstance(found, bytes) and len(found) == 1:  # some write a number of one byte
        return found[0]
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
