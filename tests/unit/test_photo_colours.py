"""Colours of a photo are those that its file means, in whatever way it says so."""

from __future__ import annotations

import itertools
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from photo_bytes import BLUE, GREEN, RED, SKIN, colours_of, corners, file
from PIL import Image, ImageCms

from classifiers.photo.open import open_photo

WANTED = np.array([RED, GREEN, BLUE, SKIN])
PHOTO_WITH_P3 = Path(__file__).parents[1] / "data" / "photos" / "spot-display-p3.jpg"
# Light of red, green and blue to CIE XYZ, as the makers of the two spaces publish it.
SRGB_LIGHT = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
ADOBE_LIGHT = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]


def p3() -> bytes:
    with Image.open(PHOTO_WITH_P3) as photo:
        profile: bytes = photo.info["icc_profile"]
    return profile


def in_p3() -> Image.Image:
    """Return the corners with the values that Display P3 has for their colours."""
    profile = ImageCms.ImageCmsProfile(BytesIO(p3()))
    stored = ImageCms.profileToProfile(corners(), ImageCms.createProfile("sRGB"), profile)
    assert stored is not None
    stored.info.clear()  # or the profile would be written with it
    return stored


def in_adobe_rgb() -> Image.Image:
    values = np.asarray(corners()) / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    adobe = light @ (np.linalg.inv(ADOBE_LIGHT) @ SRGB_LIGHT).T
    return Image.fromarray(np.round(255 * np.clip(adobe, 0, 1) ** (1 / 2.19921875)).astype(np.uint8))


def with_chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with a chunk behind its header."""
    checked = kind + body
    return data[:33] + struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked)) + data[33:]


def difference(data: bytes) -> float:
    found = np.array(colours_of(open_photo(data, least=32).image))
    return float(np.abs(found - WANTED).max())


def test_values_of_another_space_are_far_from_the_colours_they_mean() -> None:
    assert difference(file(in_p3(), "PNG")) > 15
    assert difference(file(in_adobe_rgb(), "PNG")) > 15


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_profile_counts_whatever_kind_of_pixels_a_png_has(mode: str) -> None:
    assert difference(file(in_p3().convert(mode, palette=Image.Palette.ADAPTIVE), "PNG", icc_profile=p3())) <= 4


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_code_in_place_of_a_profile_counts(form: str) -> None:
    data = file(in_p3(), form, quality=98)
    assert b"colrnclx\0\1\0\x0d" in data  # what the writer says of all colours: sRGB
    assert difference(data.replace(b"colrnclx\0\1\0\x0d", b"colrnclx\0\x0c\0\x0d")) <= 6


def test_a_code_in_a_png_counts() -> None:
    assert difference(with_chunk(file(in_p3(), "PNG"), b"cICP", bytes([12, 13, 0, 1]))) <= 3


@pytest.mark.parametrize("space", [0xFFFF, 2])
def test_adobe_rgb_that_only_exif_speaks_of_counts(space: int) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = space
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    assert difference(file(in_adobe_rgb(), "JPEG", quality=98, exif=exif)) <= 4


def test_exif_of_an_srgb_photo_changes_nothing() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 1
    assert difference(file(corners(), "JPEG", quality=98, exif=exif)) <= 3


def test_an_orientation_in_one_byte_counts() -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x01\0\0\0\x01\x06\0\0\0\0\0\0\0"
    plain = file(corners().transpose(Image.Transpose.ROTATE_90), "JPEG", quality=98)
    assert difference(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]) <= 3


def test_a_png_with_a_profile_or_texts_of_megabytes_is_opened() -> None:
    noise = np.random.default_rng(1).bytes(3 * 2**20)
    data = with_chunk(file(in_p3(), "PNG"), b"iCCP", b"large\0\0" + zlib.compress(p3() + noise))
    data = with_chunk(data, b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**22)))
    data = with_chunk(data, b"iTXt", b"Raw profile\0\1\0\0\0" + zlib.compress(bytes(2**22)))
    assert difference(data) <= 4


def test_inks_are_those_of_the_profile() -> None:
    picture = Image.new("CMYK", (64, 64), (255, 0, 0, 0))
    assert np.asarray(open_photo(file(picture, "JPEG", quality=98), least=32).image)[16, 16, 0] < 60
    found = open_photo(file(picture, "JPEG", quality=98, icc_profile=inks_of_red()), least=32).image
    red, green, blue = np.asarray(found)[16, 16]
    assert red > 150
    assert max(green, blue) < 90


def inks_of_red() -> bytes:
    """Return a profile of inks (ICC.1:2022, lut8Type) whose first ink is red, and the others grey."""
    white, red, grey = (255, 128, 128), (140, 190, 170), (90, 128, 128)  # L*, a* and b* in bytes
    nodes = [
        grey if m or y or k else red if c else white for c, m, y, k in itertools.product((0, 1), (0, 1), (0, 1), (0, 1))
    ]
    one = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * (at % 4 == 0) for at in range(9)))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + one * 4 + bytes(itertools.chain(*nodes)) + one * 3
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    size = 144 + len(table)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + tags + table


def test_a_grey_photo_keeps_the_light_that_its_profile_means() -> None:
    grey = Image.new("L", (64, 64), 128)
    found = np.asarray(open_photo(file(grey, "PNG", icc_profile=grey_of_power_one()), least=32).image)
    assert found[16, 16, 0] == pytest.approx(188, abs=2)  # half of the light, in sRGB


def grey_of_power_one() -> bytes:
    """Return a profile of grey (ICC.1:2022) whose values are light itself."""
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = struct.pack(">I4sII4sII", 2, b"kTRC", 156, len(curve), b"wtpt", 168, len(white))
    size = 168 + len(white)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + tags + curve + white
