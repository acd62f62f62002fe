"""Tables of labels: which label each photo has, and what else is known of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.card.truth_tables import Source, TruthTables
from classifiers.evaluation.label_columns import label_columns, labels_by, marks_by_line
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.photo_names import parts_of
from classifiers.evaluation.truth_columns import Table, WrongTruth, filled, read_table

__all__ = ["NO_TABLES", "Truth", "TruthRow", "WrongTruth", "read_truth"]

NO_TABLES = TruthTables()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """What is known of one photo. `group` is what must be drawn together: a lesion, a patient, else the photo alone."""

    photo: str  # the file's name, with or without its suffix
    label: str
    group: str
    camera: str | None = None
    subgroup: str | None = None  # figures are shown for each: "Fitzpatrick 2"
    source: str | None = None  # the data set, where the columns tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All rows of the tables, each photo once."""

    rows: tuple[TruthRow, ...]
    labels: frozenset[str]  # every label the tables could have given, in the card's words
    kin: dict[str, str]  # what counts as what for want of a label in the tables: scc as akiec
    grouped_by: str | None  # lesion | patient | group
    contradictory: tuple[str, ...] = ()  # photos given no label, or more than one: not among the rows
    repeated: tuple[str, ...] = ()  # rows that say of a photo what another has said
    empty: tuple[str, ...] = ()  # rows with nothing in them
    no_labels: tuple[str, ...] = ()  # columns of 0 and 1 that are taken for something else than labels


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What one table says: rows without labels, the label of each, and which labels it could have given."""

    rows: list[tuple[TruthRow, str | None]]
    labels: frozenset[str]
    no_labels: tuple[str, ...] = ()


def read_truth(
    files: Sequence[Path],
    codes: Sequence[str],
    declared: TruthTables = NO_TABLES,
    *,
    names: LabelNames | None = None,
) -> Truth:
    """Return what the tables say, in the words of a card with the labels `codes`. Raises WrongTruth.

    `declared` are the tables that the card knows beside the general ones, `names` what its labels may be called. A table
    that names photos and no labels adds what it knows of them to the others.
    """
    names = names or LabelNames(codes, declared)
    read = [read_table(file, declared) for file in files]
    photos = [table for table in read if table.image]
    by_key = [table for table in read if not table.image]
    if by_key and not photos:
        photos = [read_table(file, declared) for table in by_key if (file := _metadata_of(table)) and file.is_file()]
    if not photos:
        raise read[0].wrong(f"no column names the photo ({', '.join(read[0].image_names)}).")
    keyed = [_labels_by_key(table, names) for table in by_key]
    label_of = {key: label for labels, _ in keyed for key, label in labels.items()}
    given = [one for table in photos if (one := _given(table, label_of, names))]
    if not given:
        raise photos[0].wrong(f"its columns ({', '.join(photos[0].lines[0])}) do not say what label a photo has.")
    known = frozenset().union(*(one.labels for one in given), *(labels for _, labels in keyed))
    truth = rows_once([row for one in given for row in one.rows], known, declared)
    return replace(
        with_metadata(truth, photos),
        empty=tuple(name for table in read for name in table.empty),
        no_labels=tuple(dict.fromkeys(name for one in given for name in one.no_labels)),
    )


def _given(table: Table, label_of: Mapping[str, str | None], names: LabelNames) -> _Given | None:
    """Return what a table says of photos; `label_of` are labels by the key of another table. None where it gives no labels."""
    image = table.image
    if image is None:
        return None
    key = table.declared.label_table and table.declared.label_table.key
    if table.labels:
        marked = marks_by_line(table, names)
        rows = [
            (row_of(table, image, line), _agreed(_label(table, line, names), marks))
            for line, marks in zip(table.lines, marked, strict=True)
        ]
        return _Given(rows=rows, labels=frozenset(label for _, label in rows if label))
    if label_of and key and key in table.lines[0]:
        rows = [(row_of(table, image, line), label_of.get(line[key])) for line in table.lines]
        return _Given(rows=rows, labels=frozenset())
    columns, aside = label_columns(table, names)
    if not columns:
        return None
    labels = labels_by(image, table, columns)
    rows = [(row_of(table, image, line), labels[line[image]]) for line in table.lines]
    return _Given(rows=rows, labels=frozenset(columns), no_labels=aside)


def rows_once(given: Iterable[tuple[TruthRow, str | None]], known: frozenset[str], declared: TruthTables) -> Truth:
    """Return each photo once; photos with no label, or several, apart."""
    rows: dict[tuple[str, ...], TruthRow] = {}
    contradictory: dict[tuple[str, ...], str] = {}
    repeated: list[tuple[tuple[str, ...], str]] = []
    for row, label in given:
        photo = parts_of(row.photo)
        if label is None or (photo in rows and rows[photo].label != label):
            contradictory.setdefault(photo, row.photo)
        elif photo in rows:
            repeated.append((photo, row.photo))
        else:
            rows[photo] = replace(row, label=label)
    return Truth(
        rows=tuple(row for photo, row in rows.items() if photo not in contradictory),
        labels=known,
        kin={label: kin for label, kin in declared.kin.items() if label not in known and kin in known},
        grouped_by=None,
        contradictory=tuple(contradictory.values()),
        repeated=tuple(name for photo, name in repeated if photo not in contradictory),
    )


def with_metadata(truth: Truth, tables: Sequence[Table]) -> Truth:
    """Return the rows with what any table knows of their photos: what is drawn together, camera and subgroup."""
    known: dict[tuple[str, ...], TruthRow] = {}
    for table in tables:
        image = table.image  # which looks at every line
        for line in table.lines if image else ():
            row = row_of(table, image or "", line)
            photo = parts_of(row.photo)
            known[photo] = _joined(known[photo], row) if photo in known else row
    column = next((table.group for table in tables if table.group), None)
    return replace(
        truth,
        rows=tuple(_joined(row, known[parts_of(row.photo)]) for row in truth.rows),
        grouped_by=column.removesuffix("_id") if column else None,
    )


def _joined(row: TruthRow, other: TruthRow) -> TruthRow:
    return replace(
        row,
        group=other.group if row.group == row.photo and other.group != other.photo else row.group,
        camera=row.camera or other.camera,
        subgroup=row.subgroup or other.subgroup,
        source=row.source or other.source,
    )


def row_of(table: Table, image: str, line: dict[str, str]) -> TruthRow:
    """Return what a line says of its photo, without its label."""
    source = next((one for one in table.declared.sources if _is_of(line, one)), None)
    shown = filled(line[table.camera]) if table.camera else ""
    subgroup = filled(line[table.subgroup]).removesuffix(".0").removesuffix(",0") if table.subgroup else ""
    return TruthRow(
        photo=line[image].strip(),
        label="",
        group=(filled(line[table.group]) if table.group else "") or line[image].strip(),
        camera=table.declared.cameras.get(shown.lower(), shown) or (source.camera if source else None),
        subgroup=f"{table.subgroups[table.subgroup]}{subgroup}" if table.subgroup and filled(subgroup) else None,
        source=source.name if source else None,
    )


def _is_of(line: dict[str, str], source: Source) -> bool:
    return source.columns <= line.keys() and not source.without & line.keys()


def _label(table: Table, line: dict[str, str], names: LabelNames) -> str | None:
    """Return the label that a line gives: the card's, if any of its columns names one, None if they name several."""
    words = [line[column].strip() for column in table.labels if line[column].strip()]
    known = list(dict.fromkeys(code for word in words if (code := names.known(word))))
    if not known:
        return next((names.code(word) for word in words if filled(word) or word.lower() == "unknown"), None)
    return known[0] if len(known) == 1 else None


def _agreed(label: str | None, marked: frozenset[str]) -> str | None:
    """Return the label that a column names, None where a 1 in the columns of labels says another."""
    return label if marked <= {label} else None


def _labels_by_key(table: Table, names: LabelNames) -> tuple[dict[str, str | None], frozenset[str]]:
    """Return the labels of a table by the key of another one, and every label that it could give. Raises WrongTruth."""
    key = table.declared.label_table
    if key is None or key.key not in table.lines[0]:
        raise table.wrong(f"no column names the photo ({', '.join(table.image_names)}).")
    columns, _ = label_columns(table, names)
    if not columns:
        raise table.wrong(f"its columns ({', '.join(table.lines[0])}) do not say what label a photo has.")
    return labels_by(key.key, table, columns), frozenset(columns)


def _metadata_of(table: Table) -> Path | None:
    """Return the file that names the photos of a table of labels, where it can be known and is another."""
    if table.declared.label_table is None:
        return None
    file = table.file.with_name(table.file.name.replace(*table.declared.label_table.metadata))
    return file if file != table.file else None
