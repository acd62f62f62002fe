"""What a file's first bytes say: its format whatever its name, and what decoding it would cost, before anything is decoded."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

# Formats that can be opened, by the bytes they begin with.
_SIGNATURES: tuple[tuple[str, int, bytes], ...] = (
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("GIF", 0, b"GIF87a"),
    ("GIF", 0, b"GIF89a"),
    ("BMP", 0, b"BM"),
    ("Canon RAW", 8, b"CR\x02\x00"),  # CR2, which begins as TIFF does
    ("TIFF", 0, b"II*\x00"),
    ("TIFF", 0, b"MM\x00*"),
    ("TIFF", 0, b"II+\x00"),
    ("TIFF", 0, b"MM\x00+"),
    ("WEBP", 8, b"WEBP"),
    ("JPEG 2000", 0, b"\x00\x00\x00\x0cjP  \r\n\x87\n"),
    ("JPEG 2000", 0, b"\xff\x4f\xff\x51"),
    ("JPEG XL", 0, b"\xff\x0a"),
    ("JPEG XL", 0, b"\x00\x00\x00\x0cJXL \r\n\x87\n"),
    ("DICOM", 128, b"DICM"),
    ("PDF", 0, b"%PDF-"),
    ("Photoshop", 0, b"8BPS"),
    ("GIMP", 0, b"gimp xcf"),
    ("ICO", 0, b"\x00\x00\x01\x00"),
    ("DDS", 0, b"DDS "),
    *(("PPM", 0, b"P%d" % kind + space) for kind in range(1, 8) for space in (b"\n", b" ", b"\r", b"\t")),
    *(("PCX", 0, b"\x0a" + version + b"\x01") for version in (b"\x00", b"\x02", b"\x03", b"\x04", b"\x05")),
    ("OpenEXR", 0, b"v/1\x01"),
    ("Radiance HDR", 0, b"#?RADIANCE"),
    ("FITS", 0, b"SIMPLE  ="),
    ("JPEG XR", 0, b"II\xbc\x01"),
    ("DjVu", 0, b"AT&TFORM"),
    ("Fujifilm RAW", 0, b"FUJIFILMCCD-RAW"),
    ("Panasonic RAW", 0, b"IIU\x00"),
    *(("Olympus RAW", 0, start) for start in (b"IIRO", b"IIRS", b"MMOR")),
    ("Sigma RAW", 0, b"FOVb"),
    ("ZIP", 0, b"PK\x03\x04"),
    ("Matroska video", 0, b"\x1aE\xdf\xa3"),
)
# ISO base media files are told apart by the brands in their first box (ISO/IEC 23008-12, AV1 Image File Format).
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIF"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    b"crx ": "Canon RAW",
}
_FRAMES = {
    0xC0,
    0xC1,
    0xC2,
    0xC3,
    0xC5,
    0xC6,
    0xC7,
    0xC9,
    0xCA,
    0xCB,
    0xCD,
    0xCE,
    0xCF,
}  # JPEG's start-of-frame markers
_TRAILER = 65_536  # bytes at the end in which the end of the image is looked for: some phones append their own data
_MOST_WALKED = 20_000  # bytes of markers, and of what stands between segments; Pillow reads each by itself, in Python
_MARKER = re.compile(rb"\xff+[^\x00\xff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The format of a file, and where it is stated cheaply, the size of what it holds.

    `width` and `height` are pixels, 0 where they are not known; `bands` and `bits` (of a band) are those after decoding;
    `scans` counts a JPEG's passes over the picture, 1 for all else; `complete` is whether its end is there. `is_long` says that a
    JPEG has more before its picture than can be walked over in little time.
    """

    format: str
    width: int = 0
    height: int = 0
    bands: int = 3
    bits: int = 8
    scans: int = 1
    complete: bool = True
    is_long: bool = False

    @property
    def decoded_bytes(self) -> int:
        """The bytes of the decoded picture; 0 where its size is not known."""
        return self.width * self.height * self.bands * -(-self.bits // 8)


def read_header(data: bytes) -> Header | None:
    """Return what the file states of itself; None where its first bytes are those of no format known here.

    Looks at bytes alone and decodes nothing. A header that breaks off leaves the sizes at 0.
    """
    found = _format_of(data)
    if found is None:
        return None
    try:
        return _READERS[found](data) if found in _READERS else Header(format=found)
    except (struct.error, IndexError):
        return Header(format=found)


def _format_of(data: bytes) -> str | None:
    for name, at, signature in _SIGNATURES:
        if data[at : at + len(signature)] == signature and (name != "WEBP" or data.startswith(b"RIFF")):
            return name
    if data[4:8] == b"ftyp":
        length = min(len(data), max(16, int.from_bytes(data[:4])), 256)
        brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "MP4 video")
    return None


def _jpeg(data: bytes) -> Header:
    """Walk over the segments (ITU-T T.81, annex B); count the scans in what follows the first of them."""
    header, at, walked = Header(format="JPEG"), 2, 0
    while at + 4 <= len(data):
        marker = _MARKER.match(data, at)
        walked += marker.end() - at if marker else 1
        if walked > _MOST_WALKED:
            return replace(header, is_long=True)
        if marker is None:  # Pillow skips what stands between segments, too
            at += 1
            continue
        code, at = data[marker.end() - 1], marker.end()
        if code in _FRAMES and not header.width:
            bits, height, width, bands = struct.unpack_from(">BHHB", data, at + 2)
            name = "JPEG" if bits == 8 else f"{bits}-bit JPEG"
            header = Header(format=name, width=width, height=height, bands=bands, bits=bits, scans=0)
        if code == 0xDA:
            # In coded data 0xFF is followed by 0 or a restart marker, so that this counts the scans that follow.
            return replace(header, scans=1 + data.count(b"\xff\xda", at), complete=_ends(data, at))
        at += struct.unpack_from(">H", data, at)[0]
    return header


def _ends(data: bytes, scan: int) -> bool:
    """Return whether the end of the image stands behind its first scan; a small picture in its EXIF has one of its own."""
    return data.rfind(b"\xff\xd9", max(scan, len(data) - _TRAILER)) >= 0  # from the end, where it is nearly always


def _png(data: bytes) -> Header:
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    bands = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 4)
    return Header(format="PNG", width=width, height=height, bands=bands, bits=bits)


def _gif(data: bytes) -> Header:
    width, height = struct.unpack_from("<HH", data, 6)
    return Header(format="GIF", width=width, height=height, bands=1)


def _bmp(data: bytes) -> Header:
    if struct.unpack_from("<I", data, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return Header(format="BMP", width=abs(width), height=abs(height))


_DNG_VERSION, _SUBFILE_TYPE, _PHOTOMETRIC = 50706, 254, 262
_UNDEVELOPED = {32803, 34892}  # colour filter array, linear raw: what a sensor saw, no picture yet


def _tiff(data: bytes) -> Header:
    """Tell a camera's raw file, of which TIFF's first picture is a small preview, from a picture (TIFF 6.0, DNG 1.7)."""
    order = "<" if data.startswith(b"II") else ">"
    at: int = struct.unpack_from(f"{order}I", data, 4)[0]
    entries = range(at + 2, at + 2 + 12 * struct.unpack_from(f"{order}H", data, at)[0], 12)
    tags = {}
    for entry in entries:
        tag, kind = struct.unpack_from(f"{order}HH", data, entry)
        tags[tag] = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", data, entry + 8)[0]
    if _DNG_VERSION in tags:
        return Header(format="DNG")
    is_preview = tags.get(_SUBFILE_TYPE, 0) & 1
    return Header(format="camera RAW" if is_preview or tags.get(_PHOTOMETRIC) in _UNDEVELOPED else "TIFF")


def _webp(data: bytes) -> Header:
    """Read the size from the first chunk: simple lossy, lossless, or extended (RFC 9649). Decoders hold four bands."""
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    elif chunk == b"VP8L":
        packed = struct.unpack_from("<I", data, 21)[0]
        width, height = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    else:
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    return Header(format="WEBP", width=width, height=height, bands=4)


_READERS: dict[str, Callable[[bytes], Header]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "GIF": _gif,
    "BMP": _bmp,
    "WEBP": _webp,
    "TIFF": _tiff,
}
