"""DICOM files of dermoscopy: opened where the extra is there, within the bounds of every photo, or refused by name."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile_files import many_scans
from photo_bytes import corners, file
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    VLPhotographicImageStorage,
)

from classifiers.errors import DamagedImage, Refusal, TooManyPixels, TooMuchWork, UnsupportedFormat
from classifiers.photo.open import open_photo

SPOTS = Path(__file__).parents[1] / "data" / "photos"


def dicom(pixels: bytes, syntax: UID, **values: Any) -> bytes:
    """Return a DICOM file with these pixels, 80 wide and 60 high unless `values` say otherwise."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = syntax
    found.file_meta.MediaStorageSOPClassUID = found.SOPClassUID = VLPhotographicImageStorage
    found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID = "2.25.1"
    stated = {
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "RGB",
        "PlanarConfiguration": 0,
        "Rows": 60,
        "Columns": 80,
    }
    stated |= {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0} | values
    for name, value in stated.items():
        setattr(found, name, value)
    found.PixelData = encapsulate([pixels]) if syntax.is_encapsulated else pixels
    found["PixelData"].VR = "OB"
    written = io.BytesIO()
    found.save_as(written, enforce_file_format=True)
    return written.getvalue()


def opened(data: bytes) -> np.ndarray:
    return np.asarray(open_photo(data, least=64).image, dtype=float)


def test_dermoscopy_with_jpeg_inside_is_the_photo_that_was_put_in() -> None:
    photo = open_photo((SPOTS / "spot.dcm").read_bytes(), least=320)
    wanted = open_photo((SPOTS / "spot-srgb.jpg").read_bytes(), least=320)
    assert (photo.width, photo.height) == (wanted.width, wanted.height)
    assert np.abs(np.asarray(photo.image, dtype=float) - np.asarray(wanted.image)).mean() < 3


def test_without_the_extra_it_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifiers.photo.open.FORMATS", frozenset(("JPEG",)))
    with pytest.raises(UnsupportedFormat) as refused:
        opened((SPOTS / "spot.dcm").read_bytes())
    assert refused.value.facts["format"] == "DICOM"


def test_pixels_that_are_not_compressed_are_opened_too() -> None:
    picture = corners(80, 60)
    colour = dicom(picture.tobytes(), ExplicitVRLittleEndian)
    assert np.abs(opened(colour) - np.asarray(picture, dtype=float)).max() == 0
    grey = picture.convert("L")
    for kind, pixels in (("MONOCHROME2", grey.tobytes()), ("MONOCHROME1", (255 - np.asarray(grey)).tobytes())):
        found = opened(dicom(pixels, ExplicitVRLittleEndian, SamplesPerPixel=1, PhotometricInterpretation=kind))
        assert np.ptp(found - np.asarray(grey, dtype=float)[..., None]) < 2


def test_a_jpeg_of_red_green_and_blue_keeps_its_colours() -> None:
    data = file(corners(80, 60), "JPEG", quality=95, keep_rgb=True)
    data = data[:2] + data[18:]  # without the marker that says so, as scanners write it
    assert b"Adobe" not in data
    found = opened(dicom(data, JPEGBaseline8Bit))
    assert np.abs(found - np.asarray(corners(80, 60), dtype=float)).mean() < 5


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (dicom(file(corners(80, 60), "JPEG2000"), JPEG2000Lossless), "DICOM (JPEG 2000"),
        (dicom(b"", ExplicitVRLittleEndian).partition(b"\xe0\x7f\x10\x00")[0], "DICOM (without a picture)"),
    ],
    ids=["JPEG 2000 inside", "no picture"],
)
def test_what_cannot_be_opened_is_named_with_what_is_inside(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        opened(data)
    assert str(refused.value.facts["format"]).startswith(name)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (dicom(bytes(100), ExplicitVRLittleEndian, Rows=60_000, Columns=60_000), TooManyPixels),
        (dicom(many_scans(2000, 40_000), JPEGBaseline8Bit), TooMuchWork),
        (bytes(128) + b"DICM" + bytes(40), Refusal),
        ((SPOTS / "spot.dcm").read_bytes()[:3000], Refusal),
    ],
    ids=["too many pixels", "minutes of work", "nothing", "cut off"],
)
def test_a_file_built_to_cost_much_or_broken_is_refused_in_words(data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        opened(data)


def test_a_file_that_unpacks_to_much_more_than_it_has_is_refused_within_the_memory_of_one_photo() -> None:
    plain = dicom(b"", DeflatedExplicitVRLittleEndian)
    head = plain[: 128 + 4 + 12 + int.from_bytes(plain[140:144], "little")]
    packed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join(packed.compress(bytes(2**20)) for _ in range(500)) + packed.flush()
    with pytest.raises((TooMuchWork, DamagedImage)):
        opened(head + bomb)
    assert Image.fromarray(opened(dicom(corners(80, 60).tobytes(), ExplicitVRLittleEndian)).astype(np.uint8)).size == (
        80,
        60,
    )
