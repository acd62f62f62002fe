"""Photos as cameras and messengers leave them: with colour profiles, without their end, of formats that cannot be opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from photo_bytes import corners, file
from PIL import Image, ImageCms, TiffImagePlugin

from classifiers.errors import DamagedImage, UnsupportedFormat
from classifiers.photo.open import open_photo
from classifiers.plugin import examine
from classifiers.registry import read_registry

HOME = Path(__file__).parents[2]
CASES = HOME / "tests" / "data" / "photos"  # one drawn spot, with the same colours to the eye


def spot(profile: str) -> bytes:
    return (CASES / f"spot-{profile}.jpg").read_bytes()


@pytest.mark.parametrize("profile", ["display-p3", "swapped-primaries"])
def test_a_photo_is_found_the_same_whatever_profile_its_colours_are_stored_with(profile: str) -> None:
    skin = read_registry(HOME / "registry.yaml").photo_plugin("skin")
    wanted, found = (examine(skin, spot(one)).finding.probabilities for one in ("srgb", profile))
    assert found == pytest.approx(wanted, abs=0.02)


@pytest.mark.parametrize("profile", ["display-p3", "swapped-primaries"])
def test_an_opened_photo_is_in_srgb(profile: str) -> None:
    wanted, found = (np.asarray(open_photo(spot(one), least=320).image, dtype=float) for one in ("srgb", profile))
    assert np.abs(found - wanted).mean() < 3


@pytest.mark.parametrize("profile", [b"", b"no profile", bytes(200)])
def test_a_broken_profile_is_left_aside(profile: bytes) -> None:
    plain, odd = (open_photo(file(corners(), "JPEG", **how), least=32).image for how in ({}, {"icc_profile": profile}))
    assert np.array_equal(np.asarray(plain), np.asarray(odd))


def test_a_profile_of_another_kind_of_image_is_left_aside() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert open_photo(file(corners(), "PNG", icc_profile=lab), least=32).image.mode == "RGB"


def large() -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    return file(Image.fromarray(noise).resize((800, 600)), "JPEG", quality=90)


def test_a_jpeg_without_its_end_is_opened_as_it_was() -> None:
    whole, cut = (np.asarray(open_photo(data, least=600).image) for data in (large(), large()[:-2]))
    assert np.array_equal(whole, cut)


@pytest.mark.parametrize("left", [0.985, 0.97])
def test_a_jpeg_without_its_last_rows_is_opened(left: float) -> None:
    data = large()
    assert open_photo(data[: int(len(data) * left)], least=600).height == 600


@pytest.mark.parametrize("end", [b"", b"\xff\xd9"], ids=["broken off", "ended"])
@pytest.mark.parametrize("left", [0.9, 0.5, 0.1])
def test_a_jpeg_without_more_than_that_is_damaged(left: float, end: bytes) -> None:
    data = large()
    with pytest.raises(DamagedImage):
        open_photo(data[: int(len(data) * left)] + end, least=600)


def test_a_jpeg_that_is_grey_all_over_is_whole() -> None:
    grey = Image.new("RGB", (320, 240), (128, 128, 128))
    assert open_photo(file(grey, "JPEG"), least=240).image.getpixel((0, 239)) == (128, 128, 128)


def first_picture(**tags: int) -> bytes:
    """Return a TIFF whose first picture says more of itself: a small preview, as cameras' raw files begin with."""
    given = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in tags.items():
        given[int(tag.removeprefix("t"))] = value
    return file(corners(), "TIFF", tiffinfo=given)


def test_a_tiff_that_is_a_picture_says_so_and_is_opened() -> None:
    assert open_photo(first_picture(t254=0), least=32).height == corners().height


def test_the_end_of_a_small_picture_in_its_exif_is_not_the_photos_end() -> None:
    inner = file(corners(), "JPEG")
    exif = b"\xff\xe1" + (2 + len(inner)).to_bytes(2, "big") + inner
    data = large()
    assert open_photo(data[:2] + exif + data[2:-2], least=600).height == 600


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\x0a" + bytes(40), "JPEG XL"),
        (b"8BPS" + bytes(40), "Photoshop"),
        (file(corners(), "JPEG2000"), "JPEG 2000"),
        (file(corners(), "ICO"), "ICO"),
        (file(corners(), "DDS"), "DDS"),
        (file(corners(), "PPM"), "PPM"),
        (file(corners(), "PCX"), "PCX"),
        (b"II\xbc\x01" + bytes(40), "JPEG XR"),
        (b"SIMPLE  =                    T" + bytes(40), "FITS"),
        (first_picture(t50706=4), "DNG"),  # of which the first picture is a preview
        (first_picture(t254=1), "camera RAW"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(40), "Canon RAW"),
        (b"IIU\0" + bytes(40), "Panasonic RAW"),
        (b"IIRO" + bytes(40), "Olympus RAW"),
    ],
)
def test_a_format_that_cannot_be_opened_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        open_photo(data, least=32)
    assert refused.value.facts["format"] == name
