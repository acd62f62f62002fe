"""A server's folder is its own while it runs: a lock that the operating system takes back when the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def own(folder: Path) -> Iterator[None]:
    """Have this folder for ourselves while the block runs; it is made where there is none. Raises OSError where others have it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise OSError(error.errno, "another local page that runs has its files there", str(folder)) from None
    try:
        yield
    finally:
        os.close(handle)
