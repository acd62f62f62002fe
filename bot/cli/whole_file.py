"""Writes a file whole or not at all: what stood there stays until all is written."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Give a text file that takes the place of `path` once it is written to its end; an error leaves what was there.

    What is no regular file, as a pipe, or stands where no other may be made, is written as it comes. Raises OSError, which
    names the file.
    """
    is_replaced = not path.exists() or (path.is_file() and os.access(path.resolve().parent, os.W_OK))
    try:
        with _beside(path) if is_replaced else path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        error.filename = str(path)  # a full disk is told of without a name, and that of the unfinished file is nobody's
        raise


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    place = path.resolve()  # where it is a link, to what it leads to
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            if place.exists():
                shutil.copymode(place, unfinished)
            yield file
        _put(unfinished, place)
    finally:
        unfinished.unlink(missing_ok=True)


def _put(unfinished: Path, place: Path) -> None:
    """Let a file take another's place, and its owner's name with it.

    What is mounted by itself, as into a container, or is owned by somebody whom we cannot name, can only be written into.
    """
    try:
        if place.exists():
            os.chown(unfinished, place.stat().st_uid, place.stat().st_gid)
        unfinished.replace(place)
    except OSError:
        shutil.copyfile(unfinished, place)
