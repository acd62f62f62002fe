"""What a file says of itself before anything is decoded: its format, its size, its scans."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from photo_bytes import corners, file

from classifiers.photo.header import read_header


@pytest.mark.parametrize(
    ("kind", "options", "bands", "scans"),
    [
        ("JPEG", {}, 3, 1),
        ("JPEG", {"progressive": True}, 3, 10),
        ("PNG", {}, 3, 1),
        ("BMP", {}, 3, 1),
        ("GIF", {}, 1, 1),
        ("WEBP", {}, 4, 1),
        ("WEBP", {"lossless": True}, 4, 1),
        ("WEBP", {"exif": b"Exif\0\0"}, 4, 1),  # with more than pixels in it, its size stands elsewhere
    ],
)
def test_size_bands_and_scans_are_read_from_the_first_bytes(
    kind: str, options: dict[str, Any], bands: int, scans: int
) -> None:
    header = read_header(file(corners(320, 199), kind, **options))
    assert header is not None
    assert (header.format, header.width, header.height) == (kind, 320, 199)
    assert (header.bands, header.scans) == (bands, scans)
    assert header.decoded_bytes == 320 * 199 * bands


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (file(corners(), "TIFF"), "TIFF"),
        (file(corners(), "AVIF"), "AVIF"),
        (file(corners(), "JPEG2000"), "JPEG 2000"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (bytes(128) + b"DICM" + bytes(8), "DICOM"),
        (b"%PDF-1.7\n", "PDF"),
        (struct.pack(">I", 24) + b"ftypmif1\0\0\0\0mif1heic", "HEIF"),
        (struct.pack(">I", 24) + b"ftypisom\0\0\0\0isomavc1", "MP4 video"),
    ],
)
def test_other_formats_are_known_by_name(data: bytes, name: str) -> None:
    header = read_header(data)
    assert header is not None
    assert (header.format, header.decoded_bytes) == (name, 0)


@pytest.mark.parametrize("data", [b"", b"hello, world", b"<html>", bytes(200)])
def test_what_is_no_known_format_has_no_header(data: bytes) -> None:
    assert read_header(data) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "WEBP"])
def test_a_header_that_breaks_off_anywhere_is_read_without_an_error(kind: str) -> None:
    data = file(corners(), kind)
    for length in range(60):
        header = read_header(data[:length])
        assert header is None or header.format == kind


def test_a_jpeg_of_12_bits_is_told_apart() -> None:
    data = file(corners(64, 48), "JPEG")
    at = data.index(b"\xff\xc0") + 4
    header = read_header(data[:at] + b"\x0c" + data[at + 1 :])
    assert header is not None
    assert header.format == "12-bit JPEG"


def test_a_jpeg_with_fill_bytes_and_other_segments_before_its_frame_is_read() -> None:
    data = file(corners(64, 48), "JPEG")
    filled = data[:2] + b"\xff\xff\xff\xe1\x00\x06\xff\xda\xff\xc0" + data[2:]  # markers in a segment are no markers
    header = read_header(filled)
    assert header is not None
    assert (header.width, header.height, header.scans) == (64, 48, 1)
