"""What a file says of its colours, in one of four ways: a profile, codes in a PNG's or an HEIF's own words, or EXIF."""

import re
from dataclasses import dataclass
from typing import Self

from PIL import Image
from PIL.ImageFile import ImageFile

from classifiers.photo.colour_profile import to_srgb
from classifiers.photo.colour_space import ColourSpace, by_code, by_exif, converted
from classifiers.photo.exif import of_exif
from classifiers.photo.png import Png

# A colour box with codes in place of a profile (ISO/IEC 23008-12, 6.5.5): the primaries, then the transfer function.
_CODES = re.compile(rb"colrnclx(..)(..)", re.DOTALL)
_BOXES = 65_536  # bytes at the beginning in which it is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """A file's ICC profile, or else the space it names; sRGB where it has neither."""

    profile: bytes | None = None
    space: ColourSpace | None = None

    @classmethod
    def of(cls, image: ImageFile, data: bytes, png: Png | None) -> Self:
        """Return what an opened file says; `data` are its bytes, `png` what was read of those of a PNG."""
        if png:
            return cls(profile=png.profile, space=by_code(png.primaries, png.transfer))
        if profile := image.info.get("icc_profile"):
            return cls(profile=profile)
        if image.format in {"HEIF", "AVIF"}:
            codes = _CODES.search(data, 0, _BOXES)
            return cls(space=by_code(*(int.from_bytes(code) for code in codes.groups())) if codes else None)
        return cls(space=of_exif(image, by_exif))

    def to_srgb(self, image: Image.Image) -> Image.Image:
        """Return an RGB image of these colours in sRGB."""
        if self.space and not self.profile:
            return converted(image, self.space)
        return to_srgb(image, self.profile)
