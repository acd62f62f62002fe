"""One CSV table of labels: its lines, and which of its columns says what."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from classifiers.card.truth_tables import TruthTables

ACCEPTED = """\
Accepted are CSV files with a line of column names:
  image,label                        and, where known: lesion_id or patient_id, camera, skin_tone
  image,MEL,NV,BCC,…                 the ISIC challenge's: 1 in the column of the label, 0 elsewhere"""

_IMAGE = ("image", "image_id")
_GROUP = ("patient_id", "lesion_id", "group")
_TONE = {"skin_tone": ""}

Lines = list[dict[str, str]]


class WrongTruth(ValueError):
    """A table of labels that cannot be used; its text says why, and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read; it has at least one line, and each line has all columns."""

    file: Path
    lines: Lines
    declared: TruthTables  # what the card says of tables

    @property
    def image_names(self) -> tuple[str, ...]:
        """What the column that names the photo may be called."""
        return (*_IMAGE, *self.declared.image)

    @property
    def tones(self) -> dict[str, str]:
        """What the column of the skin's tone may be called, with the name of its scale."""
        return _TONE | self.declared.tone

    @property
    def image(self) -> str | None:
        """The column that names the photo; a table of labels by another key has none."""
        return column(self.lines, self.image_names)

    @property
    def label(self) -> str | None:
        """The column that gives the label itself."""
        return column(self.lines, ("label", *self.declared.label))

    @property
    def group(self) -> str | None:
        """The column of what must be drawn together."""
        return column(self.lines, _GROUP)

    @property
    def camera(self) -> str | None:
        """The column of the camera."""
        return column(self.lines, ("camera", *self.declared.camera))

    @property
    def tone(self) -> str | None:
        """The column of the skin's tone."""
        return column(self.lines, self.tones)

    def wrong(self, why: str) -> WrongTruth:
        """Return the error that says why this table cannot be used, and which can."""
        return WrongTruth(f"{self.file}: {why}\n{_accepted(self.declared)}")


def column(lines: Lines, names: Iterable[str]) -> str | None:
    """Return the first of these names that is a column."""
    return next((name for name in names if name in lines[0]), None)


def one_hot(table: Table, key: str) -> dict[str, str | None]:
    """Return per photo, or whatever `key` is, the label whose column says 1; None where none or several do."""
    columns = one_hot_columns(table)
    if key not in table.lines[0] or len(columns) < 2:
        raise table.wrong(f"its columns ({', '.join(table.lines[0])}) do not say what label a photo has.")
    found: dict[str, str | None] = {}
    for line in table.lines:
        ones = [label for label, name in columns.items() if float(line[name]) == 1]
        label = ones[0] if len(ones) == 1 else None
        found[line[key]] = label if found.get(line[key], label) == label else None
    return found


def one_hot_columns(table: Table) -> dict[str, str]:
    """Return the columns that hold nothing but 0 and 1, by their label; empty where a column gives the label itself."""
    if table.label or table.camera:
        return {}
    others = (*table.image_names, *_GROUP, *table.tones)
    columns = [name for name in table.lines[0] if name not in others]
    return {
        name.lower(): name for name in columns if all(line[name] in {"0", "1", "0.0", "1.0"} for line in table.lines)
    }


def read_table(file: Path, declared: TruthTables) -> Table:
    """Return the table in a CSV file, whichever of , ; and tab separates its columns. Raises WrongTruth."""
    empty = Table(file=file, lines=[], declared=declared)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise empty.wrong("is no text in UTF-8.") from error
    except OSError as error:
        raise WrongTruth(f"{file}: cannot be read: {error.strerror}") from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = list(csv.DictReader(text.splitlines(), delimiter=separator))
    if not lines:
        raise empty.wrong("holds no rows.")
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise empty.wrong(f"line {number} has not as many columns as the first.")
    return Table(file=file, lines=lines, declared=declared)


def _accepted(declared: TruthTables) -> str:
    return "\n".join([ACCEPTED, *(f"  {line}" for line in declared.accepted)])
