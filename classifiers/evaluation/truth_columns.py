"""One table of labels: its lines, and which of its columns says what."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from classifiers.card.truth_tables import TruthTables
from classifiers.evaluation.photo_names import has_ending

ACCEPTED = """\
Accepted are CSV files with a line of column names:
  image,label                        and, where known: lesion_id or patient_id, camera, subgroup
  image,MEL,NV,BCC,…                 the ISIC challenge's: 1 in the column of the label, 0 elsewhere"""
_NO_TABLE = "or no table at all: then photos have the label that their folder is named after."

_IMAGE = (
    *(
        "image",
        "image_id",
        "image_index",
        "image_name",
        "filename",
        "file_name",
        "file",
        "image_file",
        "image_path",
        "filepath",
    ),
    *("file_path", "path", "img", "img_name", "img_path", "photo", "photo_id", "picture"),
)
_LABEL = ("label", "label_name", "class", "class_name", "category")
_GROUP = ("patient_id", "lesion_id", "group")
_SUBGROUP = {"subgroup": "", "skin_tone": ""}  # the second as it was called once
_NOTHING = frozenset(("", "-1", "nan", "na", "n/a", "none", "null", "unknown"))  # in cells that are not filled in
_TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "x": 1.0}
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")  # gzip, bzip2, xz, Zstandard
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # what begins a text that is not in UTF-8

Lines = list[dict[str, str]]


class WrongTruth(ValueError):
    """A table of labels that cannot be used; its text says why, and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read; it has at least one line, and each line has all columns. Columns' names are `as_column`."""

    file: Path
    lines: Lines
    declared: TruthTables  # what the card says of tables
    empty: tuple[str, ...] = ()  # lines with nothing in them, by their number

    @property
    def image_names(self) -> tuple[str, ...]:
        """What the column that names the photo may be called."""
        return (*_IMAGE, *self.declared.image)

    @property
    def subgroups(self) -> dict[str, str]:
        """What the column of the subgroup may be called, with what is put before its values."""
        return _SUBGROUP | self.declared.subgroup

    @property
    def image(self) -> str | None:
        """The column that names the photo, of several the one with files' endings; a table of labels by another key has none."""
        named = list(self._columns(self.image_names))
        files = (name for name in named if any(has_ending(line[name]) for line in self.lines))
        return next(files, next(iter(named), None))

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that give the label itself, the surest first."""
        columns = self._columns((*_LABEL, *self.declared.label))
        named = tuple(one for one in columns if any(line[one].strip() for line in self.lines))
        targets = self._columns(("target",))  # a word in some tables, in others whether it is malignant
        return named or tuple(one for one in targets if any(number(line[one]) is None for line in self.lines))

    @property
    def group(self) -> str | None:
        """The column of what must be drawn together."""
        return next(self._columns(_GROUP), None)

    @property
    def camera(self) -> str | None:
        """The column of the camera."""
        return next(self._columns(("camera", *self.declared.camera)), None)

    @property
    def subgroup(self) -> str | None:
        """The column of the subgroup."""
        return next(self._columns(self.subgroups), None)

    @property
    def others(self) -> list[str]:
        """The columns that may be labels, with a 1 for the photos that have them."""
        known = {*self.image_names, *_GROUP, *self.subgroups, self.camera}
        return [name for name in self.lines[0] if name not in known]

    def wrong(self, why: str) -> WrongTruth:
        """Return the error that says why this table cannot be used, and which can."""
        accepted = "\n".join([ACCEPTED, *(f"  {line}" for line in self.declared.accepted), _NO_TABLE])
        return WrongTruth(f"{self.file}: {why}\n{accepted}")

    def _columns(self, names: Iterable[str]) -> Iterator[str]:
        return (name for name in names if name in self.lines[0])


def as_column(name: str) -> str:
    """Return a column's name as it is compared: without case, and with _ for spaces and hyphens."""
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())


def filled(cell: str) -> str:
    """Return what stands in a cell, nothing where that means "not known"."""
    text = cell.strip()
    return "" if text.casefold() in _NOTHING else text


@lru_cache(maxsize=1024)
def number(cell: str) -> float | None:
    """Return the number in a cell, with a decimal point or comma; 0 for an empty one, None for anything else."""
    text = cell.strip().casefold()
    if text in _TRUTHS:
        return _TRUTHS[text]
    try:
        return float(text.replace(",", ".")) if text else 0.0
    except ValueError:
        return None


def read_table(file: Path, declared: TruthTables) -> Table:
    """Return the table in a CSV file, whichever of , ; | and tab separates its columns. Raises WrongTruth."""
    blank = Table(file=file, lines=[], declared=declared)
    rows = [(at, row) for at, row in enumerate(_rows(blank, _text(blank)), start=1) if row]
    if len(rows) < 2:
        raise blank.wrong("holds no rows.")
    names = [as_column(name) for name in rows[0][1]]
    if twice := sorted({name for at, name in enumerate(names) if name and name in names[:at]}):
        raise blank.wrong(f"has the column {twice[0]} twice.")
    full = [(at, _without_rest(row, len(names))) for at, row in rows[1:] if any(cell.strip() for cell in row)]
    for at, row in full:
        if len(row) != len(names):
            raise blank.wrong(f"line {at} has not as many columns as the first.")
    if not full:
        raise blank.wrong("holds no rows.")
    empty = tuple(f"{file.name}, row {at}" for at, row in rows[1:] if not any(cell.strip() for cell in row))
    lines = [dict(zip(names, row, strict=True)) for _, row in full]
    return Table(file=file, lines=lines, declared=declared, empty=empty)


def _without_rest(row: list[str], width: int) -> list[str]:
    """Return a row without the empty cells that spreadsheets write behind the last column."""
    return row[:width] if not any(cell.strip() for cell in row[width:]) else row


def _text(table: Table) -> str:
    """Return a table's text, in the encodings that spreadsheets save: UTF-8, UTF-16, Windows' western one. Raises WrongTruth."""
    try:
        data = table.file.read_bytes()
    except OSError as error:
        raise WrongTruth(f"{table.file}: cannot be read: {error.strerror}") from error
    if data.startswith(b"PK\x03\x04"):
        raise table.wrong("is a workbook (.xlsx) or an archive: save it as CSV.")
    if data.startswith(_PACKED):
        raise table.wrong("is compressed: unpack it first.")
    unmarked = "utf-16-le" if data[1:64:2].count(0) > 16 else "utf-8-sig"
    encodings = [_MARKS.get(data[:2], unmarked)]
    if data.partition(b"\n")[0].isascii():
        encodings.append("cp1252")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise table.wrong("is no text in UTF-8.")


def _rows(table: Table, text: str) -> Iterator[list[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep="):  # a line of spreadsheets, which says what separates the columns
        separator, text = first.strip()[4:5] or "\t", rest
    else:
        separator = max(",;\t|", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise table.wrong(f"is no CSV: {error}.") from error
