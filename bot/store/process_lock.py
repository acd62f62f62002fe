"""One process at a time on an SQLite file: a lock that the operating system takes back when the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.store.errors import StoreError


@contextlib.contextmanager
def process_lock(database: Path) -> Iterator[None]:
    """Hold the lock beside this file while the block runs. Raises StoreError, code locked, where another process does."""
    file = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        detail = "another checkup is answering with it"
        raise StoreError("locked", database=f"sqlite:///{database}", detail=detail) from None
    finally:
        os.close(file)
