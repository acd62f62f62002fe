"""Which photos `checkup evaluate` measures on and which label each has: from tables, or from the folders they are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cli.names import shown
from bot.cli.photo_files import photos_in, told
from classifiers.card import PhotoCard
from classifiers.card.truth_tables import TruthTables, read_truth_tables
from classifiers.evaluation.class_folders import by_folder
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.matching import REPEATED, Matched, match
from classifiers.evaluation.truth import NO_TABLES, Truth, WrongTruth, read_truth


class CannotEvaluate(Exception):
    """Nothing can be measured as asked; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Photos with their rows, what the tables say, and by reason everything that is not used."""

    truth: Truth
    matched: Matched
    skipped: Mapping[str, Sequence[str]]


def labelled(photos: Sequence[Path], tables: Sequence[Path], card: PhotoCard, *, split: str | None) -> Labelled:
    """Return photos and labels; `tables` are files, or folders or nothing where folders are named after labels.

    `split` is a part of the split that the model was trained by. Raises CannotEvaluate.
    """
    found = photos_in(photos)
    if not found.photos:
        passed_over = f"\n{told(found.passed_over)}" if found.passed_over else ""
        raise CannotEvaluate(f"There are no photos in {', '.join(map(str, photos))}.{passed_over}")
    declared = read_truth_tables(card.truth_tables) if card.truth_tables else NO_TABLES
    truth, matched = _matched(photos, found.photos, tables, card, declared)
    reasons = {
        **matched.skipped,
        REPEATED: (*truth.repeated, *matched.skipped.get(REPEATED, ())),
        "rows with nothing in them": truth.empty,
        "files passed over": tuple(f"{file} ({why})" for file, why in found.passed_over.items()),
    }
    if split:
        kept = _of_part(split, matched, truth, declared)
        reasons[f"photos of other parts than {split}"] = tuple(
            str(file) for _, file in matched.pairs if file not in {one for _, one in kept.pairs}
        )
        matched = kept
    skipped = {reason: names for reason, names in reasons.items() if names}
    if not matched.pairs:
        why = "\n".join(
            f"{len(names)} {reason}: {', '.join(map(shown, names[:3]))}" for reason, names in skipped.items()
        )
        raise CannotEvaluate(f"No photo has a label of this disease ({', '.join(card.codes)}).\n{why}")
    return Labelled(truth=truth, matched=matched, skipped=skipped)


def _matched(
    photos: Sequence[Path], files: Sequence[Path], tables: Sequence[Path], card: PhotoCard, declared: TruthTables
) -> tuple[Truth, Matched]:
    names, folders = LabelNames.of(card, declared), [table for table in tables if table.is_dir()]
    if folders == list(tables):
        return by_folder([*photos, *folders], files, card.codes, declared, names)
    if folders:
        raise CannotEvaluate(
            f"--truth {folders[0]}: is a folder, and a table was given, too: only one of them can be true."
        )
    try:
        truth = read_truth(tables, card.codes, declared, names=names)
    except WrongTruth as error:
        raise CannotEvaluate(str(error)) from error
    return truth, match(truth.rows, files, card.codes, contradictory=truth.contradictory)


def _of_part(part: str, matched: Matched, truth: Truth, declared: TruthTables) -> Matched:
    """Return what belongs to a part of the data sets that the model learnt from, split as in training."""
    from training.data import part_of  # noqa: PLC0415 - only to reproduce our own figures

    if any(row.source is None for row in truth.rows):
        known = ", ".join(source.name for source in declared.sources) or "the card's truth_tables name none"
        raise CannotEvaluate(f"--split is for tables of the data sets that the model learnt from: {known}.")
    kept = tuple(pair for pair in matched.pairs if part_of(f"{pair[0].source}/{pair[0].group}") == part)
    return replace(matched, pairs=kept)
