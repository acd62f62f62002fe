"""The file that a card's model is in: is it there, is it what it is called, is it the one the card was made for?"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classifiers.card.checks import Fault

# What stands in a repository or comes from a server in place of a file, by how it begins.
_DISGUISES = {
    b"version https://git-lfs.github.com/spec/": "is a Git LFS pointer, not the file itself: git lfs pull fetches it",
    b"<!doctype html": "is a web page, not the file itself: download that",
    b"<html": "is a web page, not the file itself: download that",
}
# ONNX names a file of weights as an entry `location` of a tensor (onnx.proto, StringStringEntryProto): its key, then the
# length of the name and the name.
_LOCATION = re.compile(rb"\x0a\x08location\x12([\x01-\x7f]|[\x80-\xff][\x01-\x7f])")


def disguise(file: Path) -> str | None:
    """Return what a file is in place of what it is called; None if that cannot be seen. Raises OSError."""
    with file.open("rb") as opened:
        first = opened.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not first:
        return "is empty: fetch or export it again"
    return next((told for start, told in _DISGUISES.items() if first.startswith(start)), None)


def digest(file: Path) -> str:
    """Return a file's SHA-256 in hexadecimal. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def external_data(file: Path) -> list[str]:
    """Return the names of the files that an ONNX model keeps weights in, relative to its folder. Raises OSError."""
    data = file.read_bytes()
    names = (data[found.end() : found.end() + _length(found[1])] for found in _LOCATION.finditer(data))
    return list(dict.fromkeys(name.decode("utf-8", "replace") for name in names))


def _length(varint: bytes) -> int:
    return varint[0] if len(varint) == 1 else (varint[0] & 0x7F) | varint[1] << 7


def file_faults(content: Any, folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with the model file that a card in `folder` names; nothing where it names none."""
    model = content.get("model") if isinstance(content, dict) else None
    if not isinstance(model, dict) or not isinstance(model.get("file"), str) or not model["file"]:
        return
    yield from _faults(folder / model["file"], model["file"], model.get("sha256"), ("model.file", "model.sha256"))
    if model.get("engine") == "onnx" and (folder / model["file"]).is_file():
        yield from _external_faults(model, folder / model["file"])


def _external_faults(model: dict[str, Any], file: Path) -> Iterator[Fault]:
    given = model.get("external_data") if isinstance(model.get("external_data"), dict) else {}
    try:
        wanted = external_data(file)
    except OSError:
        return  # that it cannot be read is a fault already
    for name in wanted:
        place = f"model.external_data.{name}"
        if Path(name).is_absolute() or ".." in Path(name).parts:
            yield place, "the model keeps weights outside of its folder"
        else:
            yield from _faults(file.parent / name, name, (given or {}).get(name), (place, place))
    for name in given or {}:
        if name not in wanted:
            yield f"model.external_data.{name}", "the model keeps no weights there"


def _faults(path: Path, name: str, wanted: Any, places: tuple[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a file, at the places of its name and of its sha256."""
    if not path.is_file():
        yield places[0], f"{name} is not there"
        return
    try:
        found, told = digest(path), disguise(path)
    except OSError as error:
        yield places[0], f"{name} cannot be read: {error.strerror}"
        return
    if told:
        yield places[0], f"{name} {told}"
    elif wanted is None:
        yield places[1], f"is missing; the file's is {found}"
    elif found != wanted:
        yield places[1], f"the file's is {found}: not the file this card was made for"
