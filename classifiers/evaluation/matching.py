"""Which photo each row of a truth table is about, by the file's stem, and what is left over on either side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.evaluation.truth import TruthRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The photos to look at, each with its row, and by reason the names of what is not."""

    pairs: tuple[tuple[TruthRow, Path], ...]
    skipped: dict[str, tuple[str, ...]]


def match(rows: Iterable[TruthRow], files: Sequence[Path], codes: Iterable[str]) -> Matched:
    """Return rows and files that belong together, for a card with the labels `codes`. Nothing is left out unnamed."""
    by_stem: dict[str, Path] = {}
    namesakes = [str(file) for file in files if by_stem.setdefault(file.stem, file) != file]
    pairs, unknown, without_photo, used = [], [], [], set()
    known = set(codes)
    for row in rows:
        file = _find(by_stem, row.photo)
        if file:
            used.add(file)
        if file is None:
            without_photo.append(row.photo)
        elif row.label not in known:
            unknown.append(f"{row.photo} ({row.label})")
        else:
            pairs.append((row, file))
    skipped = {
        "rows without a photo": tuple(without_photo),
        "photos without a row": tuple(str(file) for file in by_stem.values() if file not in used),
        "photos named like another": tuple(namesakes),
        "labels the model does not know": tuple(unknown),
    }
    return Matched(pairs=tuple(pairs), skipped={reason: names for reason, names in skipped.items() if names})


def _find(by_stem: Mapping[str, Path], name: str) -> Path | None:
    return by_stem.get(name) or by_stem.get(Path(name).stem)
