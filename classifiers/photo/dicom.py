"""The photo inside a DICOM file, as dermatoscopes and clinics store them; needs the extra `dicom`."""

import io
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from PIL import Image

from classifiers.errors import DamagedImage, UnsupportedFormat

IS_INSTALLED = find_spec("pydicom") is not None
_JPEG = {
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
}  # transfer syntaxes (DICOM PS3.5, A.4): 8 bits; 8 or 12 bits
# Uncompressed ones, and run lengths, which pydicom reads by itself.
_PLAIN = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.5",
}
_NO_COLOUR_TRANSFORM = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"  # a JPEG's marker for red, green and blue
_ICC = b"ICC_PROFILE\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The first picture of a DICOM file: a JPEG as it stands there, or the numbers of pixels, and its colour profile."""

    jpeg: bytes = b""
    pixels: Any = None  # reads the pixels, which are of the size and bytes below
    width: int = 0
    height: int = 0
    bytes_each: int = 1
    profile: bytes | None = None


def look_inside(data: bytes) -> Inside:
    """Return what a DICOM file holds. Raises UnsupportedFormat for other kinds of compression, or whatever pydicom does."""
    import pydicom  # noqa: PLC0415 - an extra, and half a second
    from pydicom.encaps import get_frame  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on values that do not follow the standard, as many files have them
        found = pydicom.dcmread(io.BytesIO(data))
        if "PixelData" not in found:
            raise UnsupportedFormat(format="DICOM (without a picture)")
        syntax = found.file_meta.TransferSyntaxUID
        profile = found.get("ICCProfile")
        if syntax in _JPEG:
            frame = get_frame(found.PixelData, 0, number_of_frames=int(found.get("NumberOfFrames") or 1))
            return Inside(jpeg=_as_photometric(frame, found), profile=None if _ICC in frame else profile)
        if syntax not in _PLAIN:
            raise UnsupportedFormat(format=f"DICOM ({syntax.name})")
        return Inside(
            pixels=found,
            width=int(found.Columns),
            height=int(found.Rows),
            bytes_each=int(found.SamplesPerPixel) * -(-int(found.BitsAllocated) // 8),
            profile=profile,
        )


def picture_of(inside: Inside) -> Image.Image:
    """Return the picture of uncompressed pixels: RGB, or grey of 8 bits or more. Raises whatever pydicom does."""
    from pydicom.pixels import pixel_array  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = pixel_array(inside.pixels, index=0)
    kind = str(inside.pixels.PhotometricInterpretation)
    if kind == "MONOCHROME1":  # where the least number is white
        values = values.max() - values
    if kind == "PALETTE COLOR" or values.ndim not in {2, 3}:
        raise UnsupportedFormat(format=f"DICOM ({kind})")
    if values.dtype != np.uint8:
        values = (values >> 8).astype(np.uint8) if values.ndim == 3 else values.astype(np.int32)
    return Image.fromarray(values)


def _as_photometric(jpeg: bytes, found: Any) -> bytes:
    """Return a JPEG that says of its colours what the file around it does: without a word of its own it is taken for YCbCr."""
    if not jpeg.startswith(b"\xff\xd8"):
        raise DamagedImage
    own = b"Adobe" in jpeg[:4096] or b"JFIF" in jpeg[:4096]
    return jpeg if own or found.PhotometricInterpretation != "RGB" else jpeg[:2] + _NO_COLOUR_TRANSFORM + jpeg[2:]
