"""Files built to cost a decoder time or memory, or to break it; drawn when they are needed, each from a seed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SMALL_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "JPEG2000", "AVIF")


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return an image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def many_scans(side: int = 10_900, times: int = 4000) -> bytes:
    """A progressive JPEG of one colour whose last scan comes again and again: minutes of decoding in two megabytes."""
    data = _flat_jpeg(side, progressive=True)
    scan = data[data.rindex(b"\xff\xda") : data.rindex(b"\xff\xd9")]
    return data[:-2] + scan * times + b"\xff\xd9"


def cmyk_jpeg(side: int = 9_000) -> bytes:
    """A JPEG of four bands, each as large as the picture."""
    return _flat_jpeg(side, mode="CMYK")


@cache
def _flat_jpeg(side: int, *, mode: str = "RGB", progressive: bool = False) -> bytes:
    image = Image.new(mode, (side, side), 90 if mode == "L" else (200, 150, 130, 20)[: len(mode)])
    return saved(image, "JPEG", quality=20, progressive=progressive)


def vast_webp(side: int = 16_383) -> bytes:
    """A lossless WebP of one colour, coded by hand: a few dozen bytes that ask for a gigabyte.

    Every prefix code has one symbol, so that a pixel takes no bit at all (RFC 9649, section 6).
    """
    bits, length = 0, 0

    def put(value: int, count: int) -> None:
        nonlocal bits, length
        bits |= value << length
        length += count

    put(0x2F, 8)
    put(side - 1, 14)
    put(side - 1, 14)
    put(0, 4)  # no alpha, version 0
    put(0, 1)  # no transform
    put(0, 1)  # no colour cache
    put(0, 1)  # one group of prefix codes
    for symbol in (120, 200, 90, 255, 0):
        put(1, 1)  # a simple code
        put(0, 1)  # of one symbol
        put(1, 1)  # of eight bits
        put(symbol, 8)
    body = bits.to_bytes(-(-length // 8), "little")
    body += b"\0" * (len(body) % 2)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def float_tiff(side: int = 10_900) -> bytes:
    """A TIFF of 32-bit floats, all of them nothing, deflated."""
    strip = zlib.compress(bytes(side * 4 * 100), 9)
    return _tiff(side, side // 100 * 100, bits=32, sample_format=3, rows=100, strips=[strip] * (side // 100))


def looping_tiff() -> bytes:
    """A TIFF whose list of pictures leads back to its first."""
    data = bytearray(_tiff(64, 64, bits=8, sample_format=1, rows=64, strips=[zlib.compress(bytes(64 * 64))]))
    data[-4:] = struct.pack("<I", 8)
    return bytes(data)


def _tiff(width: int, height: int, *, bits: int, sample_format: int, rows: int, strips: list[bytes]) -> bytes:
    """Return a little-endian TIFF whose directory stands right behind its header, so that it ends with the next one's place."""
    count, at = len(strips), 8
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, bits),
        (259, 3, 1, 8),  # deflate
        (262, 3, 1, 1),
        (273, 4, count, 0),
        (277, 3, 1, 1),
        (278, 4, 1, rows),
        (279, 4, count, 0),
        (339, 3, 1, sample_format),
    ]
    lists = at + 2 + 12 * len(entries) + 4
    start = lists + 8 * count
    offsets, lengths = [], [len(strip) for strip in strips]
    same = len(set(map(id, strips))) == 1  # the same strip again and again needs to stand there once
    for length in lengths:
        offsets.append(start)
        start += 0 if same else length
    if count == 1:
        entries[5], entries[8] = (273, 4, 1, offsets[0]), (279, 4, 1, lengths[0])
    else:
        entries[5], entries[8] = (273, 4, count, lists), (279, 4, count, lists + 4 * count)
    body = b"".join(strips[:1] if same else strips)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    arrays = struct.pack(f"<{count}I", *offsets) + struct.pack(f"<{count}I", *lengths)
    head = b"II*\0" + struct.pack("<I", at) + directory + struct.pack("<I", 0) + arrays
    return head + body


def png(
    width: int, height: int, *, bits: int = 8, colour: int = 2, extra: bytes = b"", interlaced: bool = False
) -> bytes:
    """A PNG of nothing but zeros, whatever its size: deflate makes next to nothing of them."""
    bands = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes(1 + -(-width * bands * bits // 8))
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    palette = _chunk(b"PLTE", bytes(range(30))) + _chunk(b"tRNS", b"\0") if colour == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + palette
        + extra
        + _chunk(b"IDAT", packed)
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text_bomb_png() -> bytes:
    """A small PNG with a compressed text of 256 MB."""
    packed = zlib.compress(bytes(2**28), 9)
    return png(64, 64, extra=_chunk(b"zTXt", b"Comment\0\0" + packed))


def profile_bomb_png() -> bytes:
    """A small PNG with a colour profile of 256 MB."""
    return png(64, 64, extra=_chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(2**28), 9)))


def bmp_without_pixels(side: int = 30_000) -> bytes:
    """A BMP that promises pixels and has none."""
    return (
        b"BM"
        + struct.pack("<IHHI", 54, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    )


def wide_gif() -> bytes:
    """A GIF whose one frame is far larger than its screen."""
    data = bytearray(saved(Image.new("L", (64, 64), 7), "GIF"))
    at = data.index(b"\x2c", 13)
    data[at + 5 : at + 9] = struct.pack("<HH", 65_535, 65_535)
    return bytes(data)


def long_animation(frames: int = 2000) -> bytes:
    """A GIF of very many frames."""
    images = [Image.new("L", (200, 200), at % 256) for at in range(frames)]
    return saved(images[0], "GIF", save_all=True, append_images=images[1:])


def jpeg_2000(side: int = 10_000) -> bytes:
    """A JPEG 2000 of one colour."""
    return saved(Image.new("L", (side, side), 90), "JPEG2000")


def broken(kind: str, seed: int) -> bytes:
    """A small photo of a kind with some of its bytes changed, or cut off."""
    rng = np.random.default_rng(seed)
    data = bytearray(_small(kind))
    if seed % 3 == 0:
        return bytes(data[: int(rng.integers(1, len(data)))])
    for at in rng.integers(0, len(data), size=1 + seed % 20):
        data[at] = int(rng.integers(256))
    return bytes(data)


@cache
def _small(kind: str) -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    return saved(Image.fromarray(noise).resize((256, 192)), kind)


_COSTLY: dict[str, Callable[[], bytes]] = {
    "many-scans.jpg": many_scans,
    "many-scans-small.jpg": lambda: many_scans(2000, 60_000),
    "cmyk.jpg": cmyk_jpeg,
    "vast.webp": vast_webp,
    "large.webp": lambda: vast_webp(10_900),
    "float.tiff": float_tiff,
    "loop.tiff": looping_tiff,
    "palette.png": lambda: png(11_900, 10_000, bits=1, colour=3),
    "deep-alpha.png": lambda: png(7_000, 7_000, bits=16, colour=6),
    "wide.png": lambda: png(100_000_000, 1, bits=1, colour=0),
    "interlaced.png": lambda: png(6_000, 6_000, interlaced=True),
    "text-bomb.png": text_bomb_png,
    "profile-bomb.png": profile_bomb_png,
    "no-pixels.bmp": bmp_without_pixels,
    "frame.gif": wide_gif,
    "animation.gif": long_animation,
    "flat.jp2": jpeg_2000,
}


COSTLY = {name: cache(build) for name, build in _COSTLY.items()}


def write_all(folder: Path, *, broken_of_each: int = 20, first: int | None = None) -> list[Path]:
    """Write every costly file, or the `first` by name, and some broken ones of each format, to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(COSTLY)[:first]:
        (folder / name).write_bytes(COSTLY[name]())
    for kind in SMALL_FORMATS:
        for seed in range(broken_of_each):
            (folder / f"broken-{kind.lower()}-{seed}").write_bytes(broken(kind, seed))
    return sorted(folder.iterdir())
