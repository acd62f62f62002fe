"""Untrusted bytes: what can be answered is opened right, and the rest is refused with a reason."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from photo_bytes import (
    BLUE,
    FORMATS,
    GREEN,
    HEIGHT,
    RED,
    SKIN,
    WIDTH,
    colours_of,
    corners,
    deep_grey_png,
    file,
    palette_with_alpha,
    png,
    png_header,
    turned,
)
from PIL import Image

from classifiers.errors import DamagedImage, EmptyFile, NotAnImage, Refusal, TooManyPixels, UnsupportedFormat
from classifiers.photo.decode import Photo
from classifiers.photo.open import open_photo

QUARTERS = [RED, GREEN, BLUE, SKIN]


def opened(data: bytes, least: int = 32) -> Photo:
    return open_photo(data, least=least)


def assert_same_colours(found: Image.Image, wanted: list[tuple[int, ...]], within: int = 4) -> None:
    difference = np.abs(np.array(colours_of(found)) - np.array(wanted)).max()
    assert difference <= within, f"{colours_of(found)} where {wanted} were wanted"


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS.keys())
def test_every_format_is_opened_with_its_colours_right(make: object) -> None:
    photo = opened(make())  # type: ignore[operator]
    assert photo.image.mode == "RGB"
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)
    assert_same_colours(photo.image, QUARTERS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stored_turned_or_mirrored_is_seen_upright(orientation: int) -> None:
    photo = opened(turned(orientation))
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)
    assert photo.image.width > photo.image.height
    assert_same_colours(photo.image, QUARTERS)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_orientation_counts_in_other_formats_too(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file(corners().transpose(Image.Transpose.ROTATE_90), form, exif=exif)
    photo = opened(data)
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)
    assert_same_colours(photo.image, QUARTERS)


def test_a_turned_heic_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file(corners().transpose(Image.Transpose.ROTATE_90), "HEIF", exif=exif.tobytes(), quality=95)
    assert_same_colours(opened(data).image, QUARTERS)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0not EXIF at all",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x04abc\0\0\0\0\0",  # an orientation that is text
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0",  # orientation 99
    ],
)
def test_broken_exif_does_not_spoil_the_picture(exif: bytes) -> None:
    plain = file(corners(), "JPEG", quality=95)
    data = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    assert_same_colours(opened(data).image, QUARTERS)


def test_deep_grey_keeps_its_light() -> None:
    assert_same_colours(opened(deep_grey_png()).image, colours_of(corners().convert("L").convert("RGB")), within=1)


def test_deep_grey_of_a_dark_photo_stays_dark() -> None:
    dark = Image.fromarray(np.full((40, 40), 20 * 257, dtype=np.uint16))
    assert opened(file(dark, "PNG")).image.getpixel((20, 20)) == (20, 20, 20)


def test_a_16_bit_grey_tiff_keeps_its_light() -> None:
    grey = Image.fromarray(np.full((40, 40), 100 * 257, dtype=np.uint16))
    assert opened(file(grey, "TIFF")).image.getpixel((20, 20)) == (100, 100, 100)


def test_a_tiff_of_numbers_from_0_to_1_is_not_taken_for_black() -> None:
    ramp = Image.fromarray(np.linspace(0, 1, 1600, dtype=np.float32).reshape(40, 40))
    shown = np.asarray(opened(file(ramp, "TIFF")).image)
    assert shown.min() == 0
    assert shown.max() == 255


def test_a_float_tiff_with_holes_is_opened() -> None:
    values = np.linspace(0, 1000, 1600, dtype=np.float32).reshape(40, 40)
    values[0, :3] = np.nan, np.inf, -np.inf
    assert np.asarray(opened(file(Image.fromarray(values), "TIFF")).image).shape == (40, 40, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_black_and_white_and_grey_are_opened(mode: str) -> None:
    data = file(corners().convert("L").convert(mode), "PNG")
    photo = opened(data)
    assert photo.image.mode == "RGB"
    red, green, blue = (np.asarray(channel) for channel in photo.image.split())
    assert (red == green).all()
    assert (red == blue).all()
    assert red.max() > red.min()


def test_a_clear_background_is_seen_as_white() -> None:
    assert_same_colours(opened(palette_with_alpha()).image, [RED, GREEN, BLUE, (255, 255, 255)])


def test_half_clear_colour_is_mixed_with_white() -> None:
    data = file(Image.new("RGBA", (40, 40), (200, 0, 0, 128)), "PNG")
    assert opened(data).image.getpixel((5, 5)) == pytest.approx((227, 127, 127), abs=2)


def test_a_large_jpeg_is_decoded_reduced_but_never_below_what_is_needed() -> None:
    data = file(corners(4000, 3000), "JPEG")
    photo = opened(data, least=448)
    assert (photo.width, photo.height) == (4000, 3000)
    assert photo.image.width < 4000
    assert min(photo.image.size) >= 448
    assert_same_colours(photo.image, QUARTERS)


@pytest.mark.parametrize("width", [447, 448, 449, 895, 896, 897, 1280, 3583, 3584])
def test_reduced_decoding_leaves_enough_at_every_size(width: int) -> None:
    photo = opened(file(corners(width, width + 100), "JPEG"), least=448)
    assert photo.image.width >= min(448, width)


def test_24_megapixels_take_little_memory() -> None:
    data = file(corners(6000, 4000), "JPEG", quality=80)
    photo = opened(data, least=448)
    assert photo.image.width * photo.image.height * 3 < 3_000_000
    assert_same_colours(photo.image, QUARTERS)


def test_a_turned_large_jpeg_says_its_size_as_it_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = opened(file(corners(1000, 999), "JPEG", exif=exif), least=100)
    assert (photo.width, photo.height) == (999, 1000)


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(EmptyFile):
        opened(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"Hello, this is a letter and not a photo.",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
        b"OggS\0\x02" + bytes(64),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
    ids=["one byte", "text", "svg", "voice", "postscript"],
)
def test_what_is_no_photo_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        opened(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n", "PDF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64), "MP4 video"),
        (b"PK\x03\x04" + bytes(64), "ZIP"),
        (b"8BPS\0\x01" + bytes(64), "Photoshop"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        opened(data)
    assert refused.value.facts["format"] == name


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF"])
def test_a_photo_that_breaks_off_is_refused(form: str) -> None:
    data = file(corners(), form)
    with pytest.raises((DamagedImage, NotAnImage)):
        opened(data[: len(data) // 2])


@pytest.mark.parametrize(
    "data",
    [
        png(png_header(0, 0), b""),
        png(png_header(0, 10), b""),
        file(corners(8, 8), "BMP")[:18] + bytes(8) + file(corners(8, 8), "BMP")[26:],
        b"GIF89a" + bytes(7) + b",\0\0\0\0\0\0\0\0\0\x02\x02\x4c\x01\0;",
        re.sub(rb"(\xff\xc0..\x08).{4}", rb"\1\0\0\0\0", file(corners(8, 8), "JPEG"), flags=re.DOTALL),
    ],
    ids=["png", "png 0x10", "bmp", "gif", "jpeg"],
)
def test_a_picture_of_no_pixels_is_refused(data: bytes) -> None:
    with pytest.raises((DamagedImage, NotAnImage)):
        opened(data)


def huge_jpeg() -> bytes:
    """A JPEG whose header says 60000×60000."""
    size = struct.pack(">HH", 60000, 60000)
    return re.sub(rb"(\xff\xc0..\x08).{4}", rb"\1" + size, file(corners(), "JPEG"), flags=re.DOTALL)


HUGE = {
    "png": png(png_header(50_000, 50_000), b""),
    "jpeg": huge_jpeg(),
    "gif": b"GIF89a" + struct.pack("<HH", 65000, 65000) + file(corners(), "GIF")[10:],
    "bmp": file(corners(), "BMP")[:18] + struct.pack("<ii", 40_000, 40_000) + file(corners(), "BMP")[26:],
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE.keys())
def test_a_huge_photo_is_refused_by_its_header_without_taking_memory(data: bytes) -> None:
    opened(file(corners(), "JPEG"))  # what is loaded once is not the photo's
    tracemalloc.start()
    before = resident_peak()
    try:
        with pytest.raises(TooManyPixels) as refused:
            opened(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert int(str(refused.value.facts["most"])) <= 120  # megapixels; fewer where each has more bytes
    assert int(str(refused.value.facts["megapixels"])) > 120
    assert peak < 4_000_000
    assert resident_peak() - before < 50_000_000


def resident_peak() -> int:
    """Bytes this process has held at most: Pillow's own pixels do not show in tracemalloc."""
    import resource  # noqa: PLC0415
    import sys  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_120_megapixels_and_one_row_are_one_row_too_many() -> None:
    with pytest.raises(TooManyPixels):
        opened(png(png_header(12_000, 10_001), b""))
    with pytest.raises(DamagedImage):  # small enough to be tried; there are no pixels in it
        opened(png(png_header(1_200, 1_000), b""))


def broken(data: bytes, seed: int, times: int) -> Iterator[bytes]:
    """Yield the bytes cut off, changed or doubled at places drawn from a seed, more often near the header."""
    rng = np.random.default_rng(seed)
    for turn in range(times):
        reach = len(data) if turn % 3 else min(len(data), 400)
        at = int(rng.integers(reach))
        changed = bytearray(data)
        if turn % 4 == 0:
            changed = changed[:at]
        elif turn % 4 == 1:
            changed[at] ^= 1 << int(rng.integers(8))
        elif turn % 4 == 2:
            changed[at : at + 4] = rng.bytes(4)
        else:
            changed[at:at] = rng.bytes(int(rng.integers(1, 9)))
        yield bytes(changed)


KINDS = {**FORMATS, "turned jpeg": lambda: turned(6), "deep grey": deep_grey_png, "clear palette": palette_with_alpha}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on what is broken
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_breaks_in_a_file_it_is_answered_or_refused(kind: str) -> None:
    for at, data in enumerate(broken(KINDS[kind](), seed=len(kind), times=100)):
        try:
            photo = opened(data)
        except Refusal:
            continue
        except Exception as error:
            raise AssertionError(f"{kind}, change {at}: {error!r}") from error
        assert photo.image.mode == "RGB"
        assert photo.image.size >= (1, 1)


def test_the_opened_picture_outlives_its_file() -> None:
    assert opened(file(corners(), "PNG")).image.resize((4, 4)).getpixel((0, 0)) == pytest.approx(RED, abs=8)


def test_opening_photos_leaves_pillow_as_a_program_has_set_it() -> None:
    ran = subprocess.run([sys.executable, "-c", UNTOUCHED], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


UNTOUCHED = """
import io
from PIL import Image
limit = Image.MAX_IMAGE_PIXELS
from classifiers.photo.open import open_photo
data = io.BytesIO()
Image.new("RGB", (40, 40)).save(data, "PNG")
open_photo(data.getvalue(), least=8)
assert Image.MAX_IMAGE_PIXELS == limit
assert "HEIF" not in Image.OPEN
"""
