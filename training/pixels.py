"""Photos decoded once into one uint8 array on disk, so that no epoch waits for a decoder."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image
from tqdm import tqdm

from classifiers.resize import to_input
from training.data import LabelledPhoto
from training.mapped_file import mapped
from training.tables import WrongData, some
from training.whole_file import whole, write_text

# What Pillow raises for broken files, and for those that would fill the memory.
UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


class PixelSource(Protocol):
    """Photos by their row, each uint8 (side, side, 3): one array, or several."""

    def __getitem__(self, row: int, /) -> np.ndarray: ...


class JoinedPixels:
    """Two arrays of photos of different sizes as one: the rows of the second follow those of the first."""

    def __init__(self, first: np.ndarray, second: np.ndarray) -> None:
        self._first, self._second = first, second

    def __getitem__(self, row: int, /) -> np.ndarray:
        return np.asarray(self._first[row] if row < len(self._first) else self._second[row - len(self._first)])


def load(photos: Sequence[LabelledPhoto], *, size: int, cache: Path) -> np.ndarray:
    """Return uint8 (photos, size, size, 3), stretched like the model's input; decoded at the first call, mapped after it.

    Raises WrongData when a photo cannot be read (`load_readable` goes on without it), or when two parts share a photo.
    """
    kept, pixels = load_readable(photos, size=size, cache=cache)
    if len(kept) < len(photos):
        raise WrongData(
            "these photos cannot be read, and none may be left out here: download them again, and delete that note"
        )
    return pixels


def load_readable(photos: Sequence[LabelledPhoto], *, size: int, cache: Path) -> tuple[list[LabelledPhoto], np.ndarray]:
    """Return the photos that can be read and their pixels as `load` does; print which cannot be, by name, and how many.

    Raises WrongData when two parts hold the same pixels.
    """
    cache.mkdir(parents=True, exist_ok=True)
    note = cache / f"broken-{size}-{_digest(photos)}.json"
    if not note.exists() and not _file(photos, size, cache).exists():
        _decode(photos, size=size, cache=cache, note=note)
    broken: dict[str, str] = json.loads(note.read_text()) if note.exists() else {}
    if broken:
        named = some([f"{name} ({why})" for name, why in broken.items()])
        print(f"{len(broken)} of {len(photos)} photos cannot be read and are left out: {named}", flush=True)
        print(f"all of them stand in {note}: delete it to try again", flush=True)
    kept = [photo for photo in photos if _name(photo) not in broken]
    file = _file(kept, size, cache)
    if not file.exists():  # the note is older than the pixels
        note.unlink()
        return load_readable(photos, size=size, cache=cache)
    refuse_leaks(kept, _fingerprints(file))
    return kept, np.asarray(np.load(file, mmap_mode="r"))


def decode(path: Path, *, size: int) -> np.ndarray:
    """Return one photo as uint8 (size, size, 3). Raises OSError naming the file."""
    try:
        with Image.open(path) as image:
            return to_input(image.convert("RGB"), (size, size), "stretch")
    except UNREADABLE as error:
        raise OSError(f"{path}: cannot be read as a photo ({error}): download it again") from error


def readable(files: Sequence[Path]) -> list[Path]:
    """Return the photos that can be read; print which cannot be, and how many."""
    broken: dict[Path, str] = {}
    for file in files:
        try:
            decode(file, size=1)
        except OSError as error:
            broken[file] = str(error.__cause__)
    if broken:
        named = some([f"{file} ({why})" for file, why in broken.items()])
        print(f"{len(broken)} of {len(files)} photos cannot be read and are left out: {named}", flush=True)
    return [file for file in files if file not in broken]


def refuse_leaks(photos: Sequence[LabelledPhoto], fingerprints: Sequence[bytes]) -> None:
    """Raise WrongData naming the photos when the same pixels stand in two parts, whatever the tables call them."""
    first: dict[bytes, LabelledPhoto] = {}
    leaks = []
    for photo, fingerprint in zip(photos, fingerprints, strict=True):
        other = first.setdefault(fingerprint, photo)
        if other.part != photo.part:
            leaks.append(f"{_name(other)} ({other.part}) and {_name(photo)} ({photo.part})")
    if leaks:
        raise WrongData(
            f"{len(leaks)} photos stand in two parts under two names, so the test would leak: {some(leaks)}"
        )


def _decode(photos: Sequence[LabelledPhoto], *, size: int, cache: Path, note: Path) -> None:
    """Write the pixels of the photos that can be read, and a note of those that cannot be."""
    unfinished = cache / f"decoding-{size}-{_digest(photos)}.npy"
    pixels = mapped(unfinished, (len(photos), size, size, 3))
    broken: dict[int, str] = {}
    for at, photo in enumerate(tqdm(photos, desc=f"decoding to {size} px")):
        try:
            pixels[at] = decode(photo.path, size=size)
        except OSError as error:
            broken[at] = str(error.__cause__)
    pixels.flush()
    kept = [at for at in range(len(photos)) if at not in broken]
    if broken:
        unfinished = _without_broken(unfinished, pixels, kept)
        write_text(note, json.dumps({_name(photos[at]): why for at, why in broken.items()}, indent=1))
    unfinished.rename(_file([photos[at] for at in kept], size, cache))


def _without_broken(file: Path, pixels: np.ndarray, kept: Sequence[int]) -> Path:
    """Write only the rows that are kept of a file's pixels, in place of it; return the new file."""
    readable = file.with_name(f"readable-{file.name}")
    smaller = mapped(readable, (len(kept), *pixels.shape[1:]))
    for to, at in enumerate(kept):
        smaller[to] = pixels[at]
    smaller.flush()
    file.unlink()
    return readable


def _fingerprints(file: Path) -> list[bytes]:
    """Return a digest of each photo's pixels, kept beside them: reading them all takes a minute."""
    kept = file.with_name(f"fingerprints-{file.stem}.npy")
    if not kept.exists():
        pixels = np.load(file, mmap_mode="r")
        digests = [
            hashlib.blake2b(one.tobytes(), digest_size=16).digest() for one in tqdm(pixels, desc="looking for leaks")
        ]
        with whole(kept) as unfinished:
            np.save(unfinished, np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16))
    return [row.tobytes() for row in np.load(kept)]


def _file(photos: Sequence[LabelledPhoto], size: int, cache: Path) -> Path:
    return cache / f"pixels-{size}-{_digest(photos)}.npy"


def _digest(photos: Sequence[LabelledPhoto]) -> str:
    return hashlib.sha256("\n".join(map(_name, photos)).encode()).hexdigest()[:12]


def _name(photo: LabelledPhoto) -> str:
    return f"{photo.source}/{photo.path.stem}"
