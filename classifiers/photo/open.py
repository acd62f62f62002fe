"""Untrusted bytes become a photo, or a Refusal that says what to send instead; no file costs more than its share."""

import logging
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from classifiers import errors
from classifiers.errors import (
    DamagedImage,
    EmptyFile,
    EngineFailed,
    EngineLate,
    NotAnImage,
    Refusal,
    TooMuchWork,
    UnsupportedFormat,
)
from classifiers.isolated.framing import Frame
from classifiers.isolated.worker_process import WorkerProcess
from classifiers.photo.decode import FORMATS, Photo, check_pixels, decode
from classifiers.photo.header import Header, read_header

log = logging.getLogger(__name__)

MEMORY = 320  # MB that the process may take in which costly files are decoded
SECONDS = 4.0  # of CPU time that a file may take there
_WAIT = 4 * SECONDS  # until an answer is there: on a busy machine the process gets only its share

# What is decoded in this process, since its header bounds what it costs.
_JPEG_MEGAPIXELS = 64
_PROGRESSIVE_MEGAPIXELS = 24  # a progressive JPEG is held as coefficients, whatever size it is decoded to
_HELD_MEGAPIXELS = 80  # of a progressive JPEG anywhere: three bytes for each pixel
_JPEG_WORK = 240  # megapixels times scans: 24 megapixels in ten scans, as cameras write them
_OTHERS = {"PNG", "WEBP", "GIF", "BMP"}
_OTHERS_BYTES = 24_000_000


def open_photo(data: bytes, *, least: int, header: Header | None = None) -> Photo:
    """Return the photo in a file, upright, RGB, its short side at least `least` pixels if it has them.

    `header` is what `read_header` says of the file, where that was asked before. Files whose header does not bound their cost
    are decoded in a process of its own, one after another. Raises EmptyFile, NotAnImage, DamagedImage, TooManyPixels,
    TooMuchWork.
    """
    header = _checked(data, header)
    return decode(data, header, least=least) if is_cheap(header) else _open_isolated(data, least=least)


class Unopened(NamedTuple):
    """A photo's file, and what its header says, which is not read again to open it."""

    data: bytes
    header: Header | None

    @property
    def is_cheap(self) -> bool:
        """Return whether it is opened, or refused, in this process and in little time."""
        return is_cheap(self.header)

    def open(self, *, least: int) -> Photo:
        """Return the photo as `open_photo` does."""
        return open_photo(self.data, least=least, header=self.header)


def unopened(data: bytes) -> Unopened:
    """Return a photo's file with its header read."""
    return Unopened(data, read_header(data))


def is_cheap(header: Header | None) -> bool:
    """Return whether a file with this header is decoded, or refused, in this process and in little time."""
    if header is None or header.format not in FORMATS:
        return True
    megapixels = header.width * header.height / 1e6
    if header.format == "JPEG":
        most = _JPEG_MEGAPIXELS if header.scans == 1 else _PROGRESSIVE_MEGAPIXELS
        return not header.is_long and megapixels <= most and megapixels * header.scans <= _JPEG_WORK
    return header.format in _OTHERS and header.decoded_bytes <= _OTHERS_BYTES


def _checked(data: bytes, header: Header | None) -> Header:
    if not data:
        raise EmptyFile
    header = header or read_header(data)
    if header is None:
        raise NotAnImage
    if header.format not in FORMATS:
        raise UnsupportedFormat(format=header.format)
    if header.format == "JPEG":  # it is decoded to a smaller size, but as coefficients in whole where it is progressive
        check_pixels(header.width, header.height)
        if header.scans > 1 and header.width * header.height > _HELD_MEGAPIXELS * 1e6:
            raise TooMuchWork
    else:
        check_pixels(header.width, header.height, bytes_each=header.bands)
    return header


def _open_isolated(data: bytes, *, least: int) -> Photo:
    case = Frame(facts={"least": least, "seconds": SECONDS}, arrays=[np.frombuffer(data, dtype=np.uint8)])
    try:
        answer = _worker().ask(case, within=_WAIT)
    except EngineLate as error:
        log.warning("a photo of %d bytes was given up after %g seconds", len(data), _WAIT)
        raise TooMuchWork from error
    except EngineFailed as error:
        log.warning("a photo of %d bytes ended the process that decoded it: %s", len(data), error.facts["why"])
        raise (TooMuchWork if "SIGXCPU" in str(error.facts["why"]) else DamagedImage) from error
    if "refused" in answer.facts:
        raise _refusal(answer.facts["refused"], answer.facts["facts"])
    image = Image.fromarray(answer.arrays[0])
    return Photo(image=image, width=int(answer.facts["width"]), height=int(answer.facts["height"]))


def _refusal(name: str, facts: dict[str, object]) -> Refusal:
    kind = getattr(errors, name)
    found: Refusal = kind(**facts)
    return found


@cache
def _worker() -> WorkerProcess:
    """Return the one process in which costly files are decoded, kept for the next."""
    return WorkerProcess("classifiers.photo.worker", Path(tempfile.gettempdir()), {"memory": MEMORY})
