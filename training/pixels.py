"""Photos decoded once into one uint8 array on disk, so that no epoch waits for a decoder."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from classifiers.resize import to_input
from training.data import Photo


def load(photos: Sequence[Photo], *, size: int, cache: Path) -> np.ndarray:
    """Return uint8 (photos, size, size, 3), stretched like the model's input; decoded at the first call, mapped after it.

    Raises OSError naming the file when a photo cannot be read: a data set with a hole in it is not trained on.
    """
    names = hashlib.sha256("\n".join(f"{photo.source}/{photo.path.stem}" for photo in photos).encode()).hexdigest()[:12]
    file = cache / f"pixels-{size}-{names}.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part.npy")
        pixels = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=(len(photos), size, size, 3))
        for at, photo in enumerate(tqdm(photos, desc=f"decoding to {size} px")):
            pixels[at] = decode(photo.path, size=size)
        pixels.flush()
        unfinished.rename(file)
    return np.asarray(np.load(file, mmap_mode="r"))


def decode(path: Path, *, size: int) -> np.ndarray:
    """Return one photo as uint8 (size, size, 3). Raises OSError naming the file."""
    try:
        with Image.open(path) as image:
            return to_input(image.convert("RGB"), (size, size), "stretch")
    except (OSError, ValueError) as error:
        raise OSError(f"{path}: cannot be read as a photo ({error}): download it again") from error
