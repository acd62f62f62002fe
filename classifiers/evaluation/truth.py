"""Truth tables as their publishers ship them: which label each photo has, and what else is known of it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ACCEPTED = """\
Accepted are CSV files with a line of column names:
  image,label                        and, where known: lesion_id or patient_id, camera, skin_tone
  image,MEL,NV,BCC,…                 the ISIC challenge's: 1 in the column of the label, 0 elsewhere
  lesion_id,image_id,dx,…            HAM10000_metadata.csv
  lesion_id,AKIEC,BCC,…              MILK10k's ground truth, with its metadata beside it or named, too
  patient_id,diagnostic,img_id,…     PAD-UFES-20's metadata.csv"""

# What the data sets call a label, where a card calls it otherwise.
ALIASES = {"ack": "akiec", "ak": "akiec", "sek": "bkl", "nev": "nv", "sccka": "scc"}
# A label that older tables do not have stands there, if at all, under its kin.
KIN = {"scc": "akiec"}

_IMAGE = ("image", "image_id", "isic_id", "img_id")
_LABEL = ("label", "dx", "diagnostic")
_GROUP = ("patient_id", "lesion_id", "group")
_CAMERA = ("camera", "image_type")
_TONE = {"skin_tone": "", "skin_tone_class": "MILK10k ", "fitspatrick": "Fitzpatrick ", "fitzpatrick": "Fitzpatrick "}
_WORLDS = {"dermoscopic": "dermatoscope", "clinical: close-up": "close-up"}


class WrongTruth(ValueError):
    """A truth table that cannot be used; its text says why, and what can."""


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
    grouped_by: str | None  # lesion | patient | group
    contradictory: tuple[str, ...] = ()  # photos given no label, or more than one: not among the rows

    @property
    def kin(self) -> dict[str, str]:
        """What counts as what for want of a label in the tables: scc as akiec."""
        return {label: kin for label, kin in KIN.items() if label not in self.labels and kin in self.labels}


Lines = list[dict[str, str]]


def read_truth(tables: Sequence[Path], codes: Sequence[str]) -> Truth:
    """Return what the tables say, in the words of a card with the labels `codes`. Raises WrongTruth."""
    read = [(table, _lines(table)) for table in tables]
    photos = [(table, lines) for table, lines in read if _column(lines, _IMAGE)]
    lesions = [(table, lines) for table, lines in read if not _column(lines, _IMAGE)]
    if lesions and not photos:
        beside = [path for table, _ in lesions if (path := _metadata_of(table)) != table and path.is_file()]
        photos = [(path, _lines(path)) for path in beside]
    if not photos:
        raise WrongTruth(f"{tables[0]}: no column names the photo ({', '.join(_IMAGE)}).\n{ACCEPTED}")
    label_of_lesion: dict[str, str | None] = {}
    known: set[str] = set()
    for table, lines in lesions:
        label_of_lesion |= _one_hot(table, lines, "lesion_id")
        known |= set(_one_hot_columns(lines))
    said: list[tuple[TruthRow, str | None]] = []
    for table, lines in photos:
        said += _rows(table, lines, label_of_lesion)
        known |= set(_one_hot_columns(lines))
    known |= {label for _, label in said if label}
    grouped_by = next((by for _, lines in photos if (by := _column(lines, _GROUP))), None)
    return _settled(said, known, set(codes), grouped_by.removesuffix("_id") if grouped_by else None)


def _settled(
    said: Iterable[tuple[TruthRow, str | None]], known: set[str], codes: set[str], grouped_by: str | None
) -> Truth:
    def ours(label: str) -> str:
        return label if label in codes else ALIASES.get(label, label)

    rows: dict[str, TruthRow] = {}
    contradictory: dict[str, None] = {}
    for row, label in said:
        settled = replace(row, label=ours(label)) if label else None
        if settled is None or (row.photo in rows and rows[row.photo].label != settled.label):
            contradictory[row.photo] = None
        else:
            rows[row.photo] = settled
    return Truth(
        rows=tuple(row for photo, row in rows.items() if photo not in contradictory),
        labels=frozenset(map(ours, known)),
        grouped_by=grouped_by,
        contradictory=tuple(contradictory),
    )


def _rows(table: Path, lines: Lines, label_of_lesion: dict[str, str | None]) -> list[tuple[TruthRow, str | None]]:
    image, label, group = (_column(lines, names) for names in (_IMAGE, _LABEL, _GROUP))
    camera, tone = _column(lines, _CAMERA), _column(lines, tuple(_TONE))
    if image is None:
        raise WrongTruth(f"{table}: no column names the photo ({', '.join(_IMAGE)}).\n{ACCEPTED}")
    of_photo: dict[str, str | None] = {}
    if not label and label_of_lesion and "lesion_id" in lines[0]:
        of_photo = {line[image]: label_of_lesion.get(line["lesion_id"]) for line in lines}
    elif not label:
        of_photo = _one_hot(table, lines, image)
    source, usual = _source(lines[0])
    said = []
    for line in lines:
        shown = line[camera].strip() if camera else ""
        row = TruthRow(
            photo=line[image],
            label="",
            group=(line[group].strip() if group else "") or line[image],
            camera=_WORLDS.get(shown, shown) or usual,
            tone=f"{_TONE[tone]}{line[tone].strip().removesuffix('.0')}" if tone and line[tone].strip() else None,
            source=source,
        )
        said.append((row, line[label].strip().lower() or None if label else of_photo[line[image]]))
    return said


def _source(line: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the data set that columns like these belong to, and its camera."""
    if {"image_id", "dx"} <= line.keys():
        return "ham10000", "dermatoscope"
    if {"img_id", "diagnostic"} <= line.keys():
        return "pad_ufes_20", "phone"
    if {"isic_id", "image_type", "lesion_id"} <= line.keys():
        return "milk10k", None
    return None, None


def _one_hot(table: Path, lines: Lines, key: str) -> dict[str, str | None]:
    """Return per photo or lesion the label whose column says 1; None where none or several do."""
    columns = _one_hot_columns(lines)
    if key not in lines[0] or len(columns) < 2:
        raise WrongTruth(f"{table}: its columns ({', '.join(lines[0])}) do not say what label a photo has.\n{ACCEPTED}")
    found: dict[str, str | None] = {}
    for line in lines:
        ones = [label for label, column in columns.items() if float(line[column]) == 1]
        label = ones[0] if len(ones) == 1 else None
        found[line[key]] = label if found.get(line[key], label) == label else None
    return found


def _one_hot_columns(lines: Lines) -> dict[str, str]:
    """Return the columns that hold nothing but 0 and 1, by their label; empty where a column gives the label itself."""
    if _column(lines, _LABEL) or _column(lines, _CAMERA):
        return {}
    columns = [name for name in lines[0] if name not in (*_IMAGE, *_GROUP, *_TONE)]
    return {name.lower(): name for name in columns if all(line[name] in {"0", "1", "0.0", "1.0"} for line in lines)}


def _column(lines: Lines, names: Iterable[str]) -> str | None:
    return next((name for name in names if name in lines[0]), None)


def _metadata_of(table: Path) -> Path:
    return table.with_name(table.name.replace("GroundTruth", "Metadata"))


def _lines(table: Path) -> Lines:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongTruth(f"{table}: is no text in UTF-8.\n{ACCEPTED}") from error
    except OSError as error:
        raise WrongTruth(f"{table}: cannot be read: {error.strerror}") from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = list(csv.DictReader(text.splitlines(), delimiter=separator))
    if not lines:
        raise WrongTruth(f"{table}: holds no rows.\n{ACCEPTED}")
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise WrongTruth(f"{table}: line {number} has not as many columns as the first.\n{ACCEPTED}")
    return lines
