"""A photo in the sizes that Telegram makes of it."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

from PIL import Image, ImageOps

LONGEST = (90, 320, 800, 1280)  # Telegram's s, m, x and y
QUALITY = 87
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
ORIENTATION = 0x0112
FRAMES = (0xC0, 0xC1, 0xC2)  # JPEG's markers: sequential and progressive
START_OF_SCAN, WITH_EXIF = 0xDA, 0xE1

Source = Path | io.BytesIO


def sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Return (width, height) of each size, small to large: longest sides of 90, 320, 800, 1280, never enlarged."""
    longest = max(width, height)
    wanted = [limit for limit in LONGEST if limit < longest]
    if longest <= LONGEST[-1]:
        wanted.append(longest)
    return [(max(1, round(width * side / longest)), max(1, round(height * side / longest))) for side in wanted]


def dimensions(file: Source) -> tuple[int, int] | None:
    """Return width and height as seen, from the header alone; None where Pillow cannot open the file."""
    if isinstance(file, io.BytesIO) and (plain := _of_plain_jpeg(file.getvalue())):
        return plain
    try:
        with Image.open(file) as image:
            width, height = image.size
            turned = _orientation(image) in TURNED
    except Exception:  # Pillow's plugins raise all sorts of things at bad bytes, and warn of enormous ones
        return None
    if not width or not height:
        return None
    return (height, width) if turned else (width, height)


def _of_plain_jpeg(data: bytes) -> tuple[int, int] | None:
    """Return a JPEG's width and height (ITU-T T.81, annex B); None for what is none, or may say that it is turned.

    Pillow reads the tables, too, which takes ten times as long, for each picture that is sent.
    """
    size, at = None, 2 if data.startswith(b"\xff\xd8") else len(data)
    while len(data) > at + 8 and data[at] == 0xFF and data[at + 1] != WITH_EXIF:
        if data[at + 1] == START_OF_SCAN:
            return size
        length, bits, height, width = struct.unpack_from(">HBHH", data, at + 2)
        if data[at + 1] in FRAMES and bits == 8 and width and height:
            size = width, height
        at += 2 + length
    return None


def digest(source: Path | bytes) -> str:
    """Return a digest of a file's bytes."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def is_photo(width: int, height: int) -> bool:
    """Return whether Telegram takes these pixels as a photo."""
    return width + height <= 10_000 and max(width, height) <= 20 * min(width, height)


def resample(source: Path | bytes, target: Path, width: int, height: int) -> int:
    """Write the source as a JPEG of this size, upright and without metadata; return its bytes. Takes some milliseconds.

    Where the pixels cannot be read the file is passed on as it is: what to make of it is for the bot to say.
    """
    unfinished = target.with_suffix(".part")
    unfinished.touch(mode=0o600)
    try:
        _flat(source, width, height).save(unfinished, "JPEG", quality=QUALITY)
    except Exception:  # see dimensions
        unfinished.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    unfinished.replace(target)
    return target.stat().st_size


def _orientation(image: Image.Image) -> object:
    """Return how the picture lies. What may stand behind a PNG's pixels is not looked for, as that decodes all of them."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1
    return image.getexif().get(ORIENTATION, 1)


def _flat(source: Path | bytes, width: int, height: int) -> Image.Image:
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        longest = max(width, height)
        image.draft("RGB", (longest, longest))  # lets libjpeg decode at a half, a quarter, an eighth
        if _orientation(image) != 1:
            ImageOps.exif_transpose(image, in_place=True)
        upright: Image.Image = image
        if upright.mode.startswith("I"):
            upright = upright.convert("I").point(lambda value: value / 256).convert("L")
        if upright.mode in ("RGBA", "LA", "PA", "P", "La", "RGBa"):
            upright = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
        if upright.mode != "RGB":
            upright = upright.convert("RGB")
        return upright.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
