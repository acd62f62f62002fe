"""Arrays that are filled on the disk, since they are larger than memory."""

import os
from pathlib import Path

import numpy as np


def mapped(file: Path, shape: tuple[int, ...]) -> np.memmap:
    """Return a new uint8 array in a .npy file, its room on the disk taken. Raises OSError where there is not enough.

    Where the disk is full only once the array is written, the process dies without a word (SIGBUS).
    """
    array: np.memmap = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape)
    if not hasattr(os, "posix_fallocate"):  # macOS
        return array
    try:
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    except OSError as error:
        file.unlink()
        raise OSError(error.errno, error.strerror, str(file)) from error
    return array
