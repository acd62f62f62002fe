"""A PNG as far as its picture needs it: without texts, which need not be read, and its colour profile whatever its size."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_BEGINS = 8  # bytes of the signature
_XMP = b"XML:com.adobe.xmp\0\0"  # the text that may say which side is up, not compressed
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_MOST_PROFILE = 8 * 2**20  # bytes of a colour profile: printers' are of two or three MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Png:
    """A PNG without texts and profile, which Pillow refuses where they are long; `profile` is that ICC profile.

    `primaries` and `transfer` are the codes of its colours (ITU-T H.273) where it has any, else 0.
    """

    data: bytes
    profile: bytes | None = None
    primaries: int = 0
    transfer: int = 0


def read_png(data: bytes) -> Png:
    """Return a PNG and what it says of its colours (PNG 3rd edition, 11.3). Decodes no picture."""
    kept, profile, codes, end = [data[:_BEGINS]], None, (0, 0), _BEGINS
    for begin, end, kind in _chunks(data):
        body = memoryview(data)[begin + 8 : end - 4]
        if kind == b"iCCP":
            profile = _profile(bytes(body))
        elif kind == b"cICP" and len(body) == 4:
            codes = body[0], body[1]
        elif kind not in _TEXTS or (kind == b"iTXt" and bytes(body[: len(_XMP)]) == _XMP):
            kept.append(data[begin:end])
    left_out = end > sum(map(len, kept))
    whole = b"".join((*kept, data[end:])) if left_out else data  # no second copy of what is large
    return Png(data=whole, profile=profile, primaries=codes[0], transfer=codes[1])


def _chunks(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where each whole chunk before the picture begins and ends, and its kind."""
    at = _BEGINS
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in {b"IDAT", b"IEND"} or at + 12 + length > len(data):
            return
        yield at, at + 12 + length, kind
        at += 12 + length


def _profile(body: bytes) -> bytes | None:
    """Return the profile in an iCCP chunk, None for one that is broken or larger than any is."""
    _, _, compressed = body.partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(compressed[1:], _MOST_PROFILE)
    except zlib.error:
        return None
    return profile if profile and unpacking.eof else None
