"""Photo files of every kind for tests: a picture whose colours and corners are known, in every format people send."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageChops

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, SKIN = (200, 40, 40), (40, 170, 60), (50, 60, 190), (214, 168, 140)  # the corners from the top left
WIDTH, HEIGHT = 320, 240


def corners(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Return an RGB picture of four coloured quarters, so that turning it or changing its colours shows."""
    picture = Image.new("RGB", (width, height), RED)
    middle = (width // 2, height // 2)
    picture.paste(GREEN, (middle[0], 0, width, middle[1]))
    picture.paste(BLUE, (0, middle[1], middle[0], height))
    picture.paste(SKIN, (*middle, width, height))
    return picture


def file(picture: Image.Image, form: str, **options: Any) -> bytes:
    """Return the picture written in a format of Pillow's."""
    written = io.BytesIO()
    picture.save(written, form, **options)
    return written.getvalue()


def colours_of(picture: Image.Image) -> list[tuple[int, ...]]:
    """Return the colour in the middle of each quarter, from the top left."""
    width, height = picture.size
    places = [(width // 4, height // 4), (3 * width // 4, height // 4)]
    places += [(across, 3 * height // 4) for across, _ in places]
    return [tuple(picture.getpixel(place)) for place in places]  # type: ignore[arg-type]


def turned(orientation: int) -> bytes:
    """Return a JPEG stored turned or mirrored, with the EXIF orientation that says how to undo it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = corners() if orientation == 1 else corners().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return file(stored, "JPEG", exif=exif, quality=95)


def png(header: bytes, lines: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of a header (13 bytes) and unpacked lines: for kinds that Pillow cannot write."""
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def png_header(width: int, height: int, *, bits: int = 8, kind: int = 2) -> bytes:
    """Return a PNG's header; kind 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha."""
    return struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)


def deep_rgb_png() -> bytes:
    """Return the picture with 16 bits a colour."""
    deep = np.asarray(corners()).astype(">u2") * 257
    return png(png_header(WIDTH, HEIGHT, bits=16), b"".join(b"\0" + line.tobytes() for line in deep))


def deep_grey_png() -> bytes:
    """Return the picture in grey with 16 bits a pixel."""
    return file(Image.fromarray(np.asarray(corners().convert("L")).astype(np.uint16) * 257), "PNG")


def adobe_cmyk() -> bytes:
    """Return a CMYK JPEG as Photoshop and Pillow write it: with Adobe's marker, and therefore stored inverted."""
    return file(corners().convert("CMYK"), "JPEG", quality=95)


def plain_cmyk() -> bytes:
    """Return a CMYK JPEG without Adobe's marker, stored as it is."""
    data = file(ImageChops.invert(corners().convert("CMYK")), "JPEG", quality=95)
    at = data.index(b"\xff\xee")  # the marker's segment: its kind, its length, its content
    (length,) = struct.unpack(">H", data[at + 2 : at + 4])
    return data[:at] + data[at + 2 + length :]


def palette_with_alpha() -> bytes:
    """Return a palette PNG whose last quarter is clear: it is seen on white."""
    picture = corners().convert("P", palette=Image.Palette.ADAPTIVE)
    clear = picture.getpixel((WIDTH - 1, HEIGHT - 1))
    return file(picture, "PNG", transparency=clear)


def multi_picture() -> bytes:
    """Return an MPO, as phones with two lenses write it: a second picture behind the first."""
    return file(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT))], quality=95)


def moving(form: str) -> bytes:
    """Return an animation, its first frame the picture and its second black."""
    return file(corners(), form, save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT))], duration=100)


FORMATS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: file(corners(), "JPEG", quality=95),
    "progressive jpeg": lambda: file(corners(), "JPEG", quality=95, progressive=True),
    "mpo": multi_picture,
    "png": lambda: file(corners(), "PNG"),
    "16-bit rgb png": deep_rgb_png,
    "palette png": lambda: file(corners().convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "rgba png": lambda: file(corners().convert("RGBA"), "PNG"),
    "webp": lambda: file(corners(), "WEBP", quality=95),
    "lossless webp": lambda: file(corners(), "WEBP", lossless=True),
    "moving webp": lambda: moving("WEBP"),
    "gif": lambda: file(corners(), "GIF"),
    "moving gif": lambda: moving("GIF"),
    "bmp": lambda: file(corners(), "BMP"),
    "tiff": lambda: file(corners(), "TIFF"),
    "packed tiff": lambda: file(corners(), "TIFF", compression="tiff_lzw"),
    "heic": lambda: file(corners(), "HEIF", quality=95),
    "adobe cmyk": adobe_cmyk,
    "plain cmyk": plain_cmyk,
    "avif": lambda: file(corners(), "AVIF", quality=95),
}
