"""Colours as the photo's own profile means them, converted to sRGB, which the models and screens take them for."""

import io
import logging
from collections.abc import Callable

from PIL import Image, ImageCms

log = logging.getLogger(__name__)

_UNUSABLE = (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError)


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an RGB image in sRGB; `profile` is the ICC profile that its file has (ICC.1:2022), None for none.

    A profile that is broken, or of another kind of image, is left aside: what is shown then is what most programs show.
    """
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space not in {"RGB", "GRAY"} or _is_srgb(source):
            return image
        of_space = image if space == "RGB" else image.convert("L")
        converted = ImageCms.profileToProfile(of_space, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except _UNUSABLE as error:
        log.info("a colour profile could not be used: %r", error)
        return image
    return image if converted is None else converted


def from_cmyk(profile: bytes | None) -> Callable[[Image.Image], Image.Image] | None:
    """Return what makes sRGB of the inks that a profile means; None where there is none, or it is not one of inks."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "CMYK":
            return None
        inks = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "CMYK", "RGB")
    except _UNUSABLE as error:
        log.info("a colour profile could not be used: %r", error)
        return None

    def convert(image: Image.Image) -> Image.Image:
        found = ImageCms.applyTransform(image, inks)
        return image.convert("RGB") if found is None else found

    return convert


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Return whether the profile calls itself sRGB: nearly all photos that have one do, and need no conversion."""
    return ImageCms.getProfileDescription(profile).strip().startswith("sRGB")
