"""Writes a file whole or not at all: what stood there stays until all is written."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the name of a file to write, which takes the place of `path` at the end; an error leaves what was there.

    The name ends as the file's own does: Keras and NumPy go by it.
    """
    place = path.resolve()  # where it is a link, to what it leads to
    unfinished = place.with_name(f"unfinished-{place.name}")
    try:
        yield unfinished
        if place.exists():
            shutil.copymode(place, unfinished)
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
