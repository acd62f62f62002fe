"""One process at a time on an SQLite file: a lock that the operating system takes back when the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.store.errors import StoreError


@contextlib.contextmanager
def process_lock(database: Path) -> Iterator[None]:
    """Hold the lock beside this file while the block runs. Raises StoreError: locked where another process does, unreachable."""
    name, lock = f"sqlite:///{database}", database.with_name(f"{database.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
            stack.callback(os.close, file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("locked", database=name, detail="another checkup is answering with it") from None
        except OSError as error:
            raise StoreError("unreachable", database=name, detail=f"{lock}: {error.strerror}") from None
        yield
