"""Tables of labels: which label each photo has, and what else is known of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.card.truth_tables import TruthTables
from classifiers.evaluation.truth_columns import Table, WrongTruth, one_hot, one_hot_columns, read_table

__all__ = ["Truth", "TruthRow", "WrongTruth", "read_truth"]

NO_TABLES = TruthTables()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """What is known of one photo. `group` is what must be drawn together: a lesion, a patient, else the photo alone."""

    photo: str  # the file's name, with or without its suffix
    label: str
    group: str
    camera: str | None = None
    tone: str | None = None  # with its scale: "Fitzpatrick 2"
    source: str | None = None  # the data set, where the columns tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All rows of the tables, each photo once."""

    rows: tuple[TruthRow, ...]
    labels: frozenset[str]  # every label the tables could have given, in the card's words
    kin: dict[str, str]  # what counts as what for want of a label in the tables: scc as akiec
    grouped_by: str | None  # lesion | patient | group
    contradictory: tuple[str, ...] = ()  # photos given no label, or more than one: not among the rows


Given = tuple[TruthRow, str | None]  # a photo's row, and the label as the table writes it


def read_truth(files: Sequence[Path], codes: Sequence[str], declared: TruthTables = NO_TABLES) -> Truth:
    """Return what the tables say, in the words of a card with the labels `codes`. Raises WrongTruth.

    `declared` are the tables that the card knows beside the general ones.
    """
    read = [read_table(file, declared) for file in files]
    photos = [table for table in read if table.image]
    by_key = [table for table in read if not table.image]
    if by_key and not photos:
        photos = [read_table(file, declared) for table in by_key if (file := _metadata_of(table)) and file.is_file()]
    if not photos:
        raise read[0].wrong(f"no column names the photo ({', '.join(read[0].image_names)}).")
    label_of: dict[str, str | None] = {}
    for table in by_key:
        label_of |= _labels_by_key(table)
    given = [one for table in photos for one in _rows(table, label_of)]
    known = {label for table in (*by_key, *photos) for label in one_hot_columns(table)}
    known |= {label for _, label in given if label}
    grouped_by = next((table.group for table in photos if table.group), None)
    return _merged(given, known, set(codes), grouped_by.removesuffix("_id") if grouped_by else None, declared)


def _merged(
    given: Iterable[Given], known: set[str], codes: set[str], grouped_by: str | None, declared: TruthTables
) -> Truth:
    """Return each photo once, its label as the card calls it; photos with no label, or several, apart."""
    ours = {label: label if label in codes else declared.labels.get(label, label) for label in known}
    rows: dict[str, TruthRow] = {}
    contradictory: dict[str, None] = {}
    for row, label in given:
        labelled = replace(row, label=ours[label]) if label else None
        if labelled is None or (row.photo in rows and rows[row.photo].label != labelled.label):
            contradictory[row.photo] = None
        else:
            rows[row.photo] = labelled
    labels = frozenset(ours.values())
    return Truth(
        rows=tuple(row for photo, row in rows.items() if photo not in contradictory),
        labels=labels,
        kin={label: kin for label, kin in declared.kin.items() if label not in labels and kin in labels},
        grouped_by=grouped_by,
        contradictory=tuple(contradictory),
    )


def _rows(table: Table, label_of: dict[str, str | None]) -> list[Given]:
    """Return a row for each photo of a table; `label_of` are labels by the key of another table."""
    if table.image is None:
        raise table.wrong(f"no column names the photo ({', '.join(table.image_names)}).")
    key = table.declared.label_table and table.declared.label_table.key
    of_photo: dict[str, str | None] = {}
    if not table.label and label_of and key and key in table.lines[0]:
        of_photo = {line[table.image]: label_of.get(line[key]) for line in table.lines}
    elif not table.label:
        of_photo = one_hot(table, table.image)
    return [
        (_row(table, table.image, line), _label(line, table.label) if table.label else of_photo[line[table.image]])
        for line in table.lines
    ]


def _row(table: Table, image: str, line: dict[str, str]) -> TruthRow:
    source = next((one for one in table.declared.sources if one.columns <= line.keys()), None)
    shown = line[table.camera].strip() if table.camera else ""
    tone = line[table.tone].strip().removesuffix(".0") if table.tone else ""
    return TruthRow(
        photo=line[image],
        label="",
        group=(line[table.group].strip() if table.group else "") or line[image],
        camera=table.declared.cameras.get(shown, shown) or (source.camera if source else None),
        tone=f"{table.tones[table.tone]}{tone}" if table.tone and tone else None,
        source=source.name if source else None,
    )


def _label(line: dict[str, str], named: str) -> str | None:
    return line[named].strip().lower() or None


def _labels_by_key(table: Table) -> dict[str, str | None]:
    key = table.declared.label_table
    if key is None:
        raise table.wrong(f"no column names the photo ({', '.join(table.image_names)}).")
    return one_hot(table, key.key)


def _metadata_of(table: Table) -> Path | None:
    """Return the file that names the photos of a table of labels, where it can be known and is another."""
    if table.declared.label_table is None:
        return None
    file = table.file.with_name(table.file.name.replace(*table.declared.label_table.metadata))
    return file if file != table.file else None
