"""The tables and folders of data sets: read whole, checked first, and what is wrong said with its file and line."""

import csv
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

NAMED = 10  # of what is missing or wrong, before the rest is only counted
_PHOTO_SUFFIXES = {".webp", ".jpg", ".jpeg", ".png"}


class WrongData(SystemExit):
    """Data that must not be trained on; its text says where and why. It ends a recipe before training starts."""


def read_rows(table: Path, *columns: str) -> list[dict[str, str]]:
    """Return the rows of a CSV table that has these columns. Raises WrongData."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows, found = list(reader), reader.fieldnames or []
    except (OSError, UnicodeDecodeError) as error:
        raise WrongData(f"{table}: cannot be read ({error}): download the set again, whole") from error
    missing = [column for column in columns if column not in found]
    if missing:
        raise WrongData(f"{table}: has no column {', '.join(missing)}; its columns are: {', '.join(found)}")
    cut = [line for line, row in enumerate(rows, start=2) if any(row[column] is None for column in columns)]
    if cut:
        raise WrongData(f"{table}: line {cut[0]} breaks off: download it again")
    return rows


def check_labels(table: Path, labels: Iterable[str], known: Collection[str]) -> None:
    """Raise WrongData with every label of the table, in the order of its rows, that is not known, and where it stands."""
    unknown: dict[str, list[int]] = {}
    for line, label in enumerate(labels, start=2):
        if label not in known:
            unknown.setdefault(label, []).append(line)
    if unknown:
        told = (f"{label!r} ({len(lines)} rows, first in line {lines[0]})" for label, lines in unknown.items())
        raise WrongData(f"{table}: unknown labels: {', '.join(told)}; known are: {', '.join(known)}")


def photos_by_stem(folder: Path, *inside: str) -> dict[str, Path]:
    """Return the photos under a folder, or under some folders in it, by their stem."""
    roots = [folder / name for name in inside] or [folder]
    return {
        path.stem: path for root in roots for path in sorted(root.rglob("*")) if path.suffix.lower() in _PHOTO_SUFFIXES
    }


def some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
