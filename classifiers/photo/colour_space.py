"""RGB as a file means it that says so by a code or by EXIF alone, with no profile: Display P3, Adobe RGB, BT.2020."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import ExifTags, Image

_UNCALIBRATED, _ADOBE = 0xFFFF, 2  # what EXIF's ColorSpace says of Adobe RGB: the standard's way, and some cameras'
_ADOBE_FILE = "R03"  # the kind of file, of EXIF's interoperability: an "option file" (DCF 2.0)
_WHITE = (0.3127, 0.3290)  # D65, which all of these have
_STEPS = 4096  # of light that are told apart
_SDR = {1, 6, 13, 14, 15}  # transfer functions (ITU-T H.273) that screens show as sRGB's
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourSpace:
    """Its primaries as x and y (CIE 1931), and the power that makes light of a value; 0 for sRGB's curve."""

    red: Point
    green: Point
    blue: Point
    power: float = 0.0


SRGB = ColourSpace(red=(0.64, 0.33), green=(0.30, 0.60), blue=(0.15, 0.06))  # IEC 61966-2-1
ADOBE_RGB = ColourSpace(red=(0.64, 0.33), green=(0.21, 0.71), blue=(0.15, 0.06), power=563 / 256)
DISPLAY_P3 = ColourSpace(red=(0.68, 0.32), green=(0.265, 0.69), blue=(0.15, 0.06))
BT_2020 = ColourSpace(red=(0.708, 0.292), green=(0.17, 0.797), blue=(0.131, 0.046))
_BY_CODE = {9: BT_2020, 12: DISPLAY_P3}


def by_code(primaries: int, transfer: int) -> ColourSpace | None:
    """Return the space of codes as video and its still pictures have them (ITU-T H.273); None for sRGB and what is unknown."""
    return _BY_CODE.get(primaries) if transfer in _SDR else None


def by_exif(exif: Image.Exif) -> ColourSpace | None:
    """Return Adobe RGB where EXIF says so, None where it says nothing of the kind."""
    says = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
    is_adobe = says == _ADOBE or (
        says == _UNCALIBRATED and exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex) == _ADOBE_FILE
    )
    return ADOBE_RGB if is_adobe else None


def converted(image: Image.Image, space: ColourSpace) -> Image.Image:
    """Return an RGB image of this space in sRGB; colours that sRGB has not are the nearest on its edge."""
    light, matrix, shown = _tables(space)
    mixed = np.clip(light[np.asarray(image)] @ matrix, 0, 1)
    return Image.fromarray(shown[(mixed * (_STEPS - 1) + 0.5).astype(np.uint16)])


@cache
def _tables(space: ColourSpace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the light of each of 256 values, what mixes it, and the value in sRGB of each step of light."""
    values = np.arange(256) / 255
    light = values**space.power if space.power else _light_of_srgb(values)
    matrix = np.linalg.inv(_to_xyz(SRGB)) @ _to_xyz(space)
    steps = np.linspace(0, 1, _STEPS)
    shown = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    return light.astype(np.float32), matrix.T.astype(np.float32), np.round(255 * shown).astype(np.uint8)


def _light_of_srgb(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _to_xyz(space: ColourSpace) -> np.ndarray:
    """Return the matrix from light of this space to CIE XYZ, so that all of it together is its white."""
    primaries = np.array([_xyz(*point) for point in (space.red, space.green, space.blue)]).T
    return primaries * np.linalg.solve(primaries, _xyz(*_WHITE))


def _xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1.0, (1 - x - y) / y])
