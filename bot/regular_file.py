"""Small files that settings name, read within bounds: a device has no end, and a pipe may never begin."""

import errno
import os
import stat
from pathlib import Path

_MOST = 2**20  # bytes: keys and certificates have a few thousand


def read_regular(path: Path) -> bytes:
    """Return what is in a file. Raises OSError, also where it is no regular file or larger than a megabyte."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if found.st_size > _MOST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_bytes()
