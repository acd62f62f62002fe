"""Which photo each row of a truth table is about, by the photo's name, and what is left over on either side."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.evaluation.photo_names import PhotosByName
from classifiers.evaluation.truth import TruthRow

CONTRADICTORY = "photos with no label, or several"
UNCLEAR = "rows that fit several photos alike: name their folder, too"
REPEATED = "rows that say the same again"
UNKNOWN = "labels the model does not know"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The photos to look at, each with its row, and by reason the names of what is not."""

    pairs: tuple[tuple[TruthRow, Path], ...]
    skipped: dict[str, tuple[str, ...]]


def match(
    rows: Iterable[TruthRow], files: Sequence[Path], codes: Collection[str], *, contradictory: Iterable[str] = ()
) -> Matched:
    """Return rows and files that belong together, for a card with the labels `codes`. Nothing is left out unnamed.

    `contradictory` are photos that the tables give no label, or several: they have rows, which are not used.
    """
    photos = PhotosByName(files)
    without_photo, unclear = [], []
    by_file: dict[Path, list[TruthRow]] = {}
    for row in rows:
        file = photos.find(row.photo)
        if file is None:
            without_photo.append(row.photo)
        elif photos.is_unclear(row.photo):
            unclear.append((row.photo, file))
        else:
            by_file.setdefault(file, []).append(row)
    apart = [(name, photos.find(name)) for name in contradictory]
    contradicted = {its for _, its in apart}
    by_file = {file: given for file, given in by_file.items() if file not in contradicted}
    agreed = {file: given for file, given in by_file.items() if len({row.label for row in given}) == 1}
    used = {*by_file, *(file for _, file in apart if file), *(file for _, file in unclear)}
    namesakes = photos.namesakes(used)
    known = {*used, *namesakes}
    skipped = {
        "rows without a photo": tuple(without_photo),
        UNCLEAR: tuple(name for name, _ in unclear),
        "photos without a row": _named(file for file in files if file not in known),
        "photos named like another": _named(namesakes),
        UNKNOWN: tuple(f"{its[0].photo} ({its[0].label})" for its in agreed.values() if its[0].label not in codes),
        CONTRADICTORY: (
            *(name for name, _ in apart),
            *(given[0].photo for file, given in by_file.items() if file not in agreed),
        ),
        REPEATED: tuple(row.photo for given in agreed.values() for row in given[1:]),
    }
    return Matched(
        pairs=tuple((given[0], file) for file, given in agreed.items() if given[0].label in codes),
        skipped={reason: names for reason, names in skipped.items() if names},
    )


def _named(files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(map(str, files))
