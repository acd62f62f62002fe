"""Colours as the photo's own profile means them, converted to sRGB, which the models and screens take them for."""

import io
import logging

from PIL import Image, ImageCms

log = logging.getLogger(__name__)


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an RGB image in sRGB; `profile` is the ICC profile that its file has (ICC.1:2022), None for none.

    A profile that is broken, or of another kind of image, is left aside: what is shown then is what most programs show.
    """
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB" or _is_srgb(source):
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError) as error:
        log.info("a colour profile could not be used: %r", error)
        return image
    return image if converted is None else converted


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Return whether the profile calls itself sRGB: nearly all photos that have one do, and need no conversion."""
    return ImageCms.getProfileDescription(profile).strip().startswith("sRGB")
