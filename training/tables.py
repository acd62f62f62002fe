"""The tables and folders of data sets: read whole, checked first, and what is wrong said with its file and line."""

import csv
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

NAMED = 10  # of what is missing or wrong, before the rest is only counted
_SHOWN = 40  # letters of a cell
_PHOTO_SUFFIXES = {".webp", ".jpg", ".jpeg", ".png"}


class WrongData(SystemExit):
    """Data that must not be trained on; its text says where and why. It ends a recipe before training starts."""


class _Photo(Protocol):
    @property
    def path(self) -> Path: ...


Photo = TypeVar("Photo", bound=_Photo)


def read_rows(table: Path, *columns: str, may_be_empty: Collection[str] = ()) -> list[dict[str, str]]:
    """Return the rows of a CSV table that has these columns, filled in but for some. Raises WrongData."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows, found = list(reader), reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongData(f"{table}: cannot be read ({error}): download the set again, whole") from error
    missing = [column for column in columns if column not in found]
    if missing:
        raise WrongData(f"{table}: has no column {', '.join(missing)}; its columns are: {', '.join(found)}")
    cut = [line for line, row in enumerate(rows, start=2) if any(row[column] is None for column in columns)]
    if cut:
        raise WrongData(f"{table}: line {cut[0]} breaks off: download it again")
    if not rows:
        raise WrongData(f"{table}: has no rows: download the set again, whole")
    needed = [column for column in columns if column not in may_be_empty]
    for line, row in enumerate(rows, start=2):
        if empty := [column for column in needed if not row[column].strip()]:
            raise WrongData(f"{table}: line {line}: nothing stands in {', '.join(empty)}: download it again")
    return rows


def check_labels(table: Path, labels: Iterable[str], known: Collection[str]) -> None:
    """Raise WrongData with every label of the table, in the order of its rows, that is not known, and where it stands."""
    unknown: dict[str, list[int]] = {}
    for line, label in enumerate(labels, start=2):
        if label not in known:
            unknown.setdefault(label, []).append(line)
    if unknown:
        told = [f"{_cut(label)!r} ({len(lines)} rows, first in line {lines[0]})" for label, lines in unknown.items()]
        raise WrongData(f"{table}: unknown labels: {some(told)}; known are: {', '.join(known)}")


def photos_by_stem(folder: Path, *inside: str) -> dict[str, Path]:
    """Return the photos under a folder, or under some folders in it, by their stem."""
    roots = [folder / name for name in inside] or [folder]
    return {
        path.stem: path for root in roots for path in sorted(root.rglob("*")) if path.suffix.lower() in _PHOTO_SUFFIXES
    }


def listed(table: Path, photos: Sequence[Photo]) -> list[Photo]:
    """Return the photos of a table that are there, each once; print which are not or stand twice, by name, and how many.

    Raises WrongData where none is there, or where two rows say different things of a photo.
    """
    folder, first = table.parent, dict[Path, Photo]()
    again = [photo for photo in photos if first.setdefault(photo.path, photo) is not photo]
    if torn := list(dict.fromkeys(photo.path.stem for photo in again if photo != first[photo.path])):
        raise WrongData(
            f"{table}: two rows say different things of {len(torn)} photos: {some(torn)}: keep the true ones"
        )
    if again:
        stems = list(dict.fromkeys(photo.path.stem for photo in again))
        print(f"{folder.name}: {len(stems)} photos stand in several rows and count once: {some(stems)}", flush=True)
    found = [photo for photo in first.values() if photo.path.is_file()]
    missing = [photo.path.stem for photo in first.values() if not photo.path.is_file()]
    if not found:
        raise WrongData(f"{folder}: none of its {len(missing)} photos is there: download the set again, whole")
    if missing:
        print(
            f"{folder.name}: {len(missing)} of {len(first)} photos are missing and left out: {some(missing)}",
            flush=True,
        )
    return found


def _cut(cell: str) -> str:
    return cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"


def some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
