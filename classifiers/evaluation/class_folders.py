"""Photos in folders that are named after their labels."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from classifiers.card.truth_tables import TruthTables
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.matching import UNKNOWN, Matched
from classifiers.evaluation.truth import Truth, TruthRow


def by_folder(
    places: Sequence[Path], files: Sequence[Path], codes: Sequence[str], declared: TruthTables, names: LabelNames
) -> tuple[Truth, Matched]:
    """Return photos with the label that the nearest of their folders names, up to the place that was given."""
    tops = {place.absolute() if place.is_dir() else place.absolute().parent for place in places}
    pairs: list[tuple[TruthRow, Path]] = []
    unknown = []
    for file in files:
        folders = list(_folders(file.absolute(), tops))
        label = next((code for folder in folders if (code := names.known(folder))), None)
        if label in codes:
            pairs.append((TruthRow(photo=str(file), label=str(label), group=str(file)), file))
        else:
            unknown.append(f"{file} ({folders[0]})")
    labels = frozenset(row.label for row, _ in pairs)
    kin = {label: kin for label, kin in declared.kin.items() if label not in labels and kin in labels}
    truth = Truth(rows=tuple(row for row, _ in pairs), labels=labels, kin=kin, grouped_by=None)
    return truth, Matched(pairs=tuple(pairs), skipped={UNKNOWN: tuple(unknown)} if unknown else {})


def _folders(file: Path, tops: set[Path]) -> Iterator[str]:
    """Yield the names of a photo's folders, the nearest first, up to the one that was given."""
    for folder in file.parents:
        yield folder.name
        if folder in tops:
            return
