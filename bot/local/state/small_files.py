"""Small files lie in memory, and on the disk only where there are too many of them, or somebody wants one as a file."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

SMALL = 2**20  # bytes
IN_MEMORY = 32 * 2**20  # bytes of them: to make a file is a third of what it costs to take a picture

Run = Callable[[Callable[[Path, bytes], None], Path, bytes], "asyncio.Future[None]"]


class SmallFiles:
    """Contents by the path where they are to lie. Those that were added last are in memory, `room` bytes of them."""

    def __init__(self, run: Run, *, room: int = IN_MEMORY) -> None:
        """Let `run` write them to the disk, on a thread."""
        self._run, self._room = run, room
        self._used = 0
        self._contents: collections.OrderedDict[Path, bytes] = collections.OrderedDict()
        self._writing: dict[Path, tuple[bytes, asyncio.Future[None]]] = {}

    def add(self, path: Path, content: bytes) -> None:
        """Keep a file, for as long as there is no newer one in its place."""
        self._contents[path] = content
        self._used += len(content)
        while self._used > self._room:
            self._write(next(iter(self._contents)))

    def content(self, path: Path) -> bytes | None:
        """Return what is in a file, None where it is on the disk alone."""
        content = self._contents.get(path)
        return self._writing[path][0] if content is None and path in self._writing else content

    async def on_disk(self, path: Path) -> None:
        """Return once a file lies at its path. Raises OSError where it cannot be written."""
        if path in self._contents:
            self._write(path)
        if path in self._writing:
            await asyncio.shield(self._writing[path][1])

    def drop(self, path: Path) -> None:
        """Forget a file. What is on the disk already is the caller's to remove."""
        self._used -= len(self._contents.pop(path, b""))
        self._writing.pop(path, None)

    def _write(self, path: Path) -> None:
        content = self._contents.pop(path)
        self._used -= len(content)
        writing = self._run(write, path, content)
        self._writing[path] = content, writing
        writing.add_done_callback(lambda done: self._written(path, done))

    def _written(self, path: Path, done: asyncio.Future[None]) -> None:
        if not done.cancelled():
            done.exception()  # whoever waits for the file is told
        if self._writing.pop(path, None) is None:  # it was dropped meanwhile
            with contextlib.suppress(OSError):
                path.unlink()


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as handle:
        handle.write(content)
