"""`checkup evaluate --not-this`: photos that show none of the disease's labels, with a table of what they are beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.cli.evaluate.photos import findings_of
from bot.cli.photo_files import photos_in
from classifiers.card.truth_tables import read_truth_tables
from classifiers.evaluation.figures import says
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.matching import Matched, match
from classifiers.evaluation.truth import NO_TABLES, Truth, TruthRow, read_truth
from classifiers.evaluation.unknown import TITLES, by_subgroup, unknown_figures
from classifiers.plugin import PhotoPlugin

TABLE = "labels.csv"
LABELLED = "photos of one of the model's labels"
_KEPT = ("photos without a row", "photos named like another")  # of which nothing more is known; they are looked at, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The figures of a folder, None where no photo of it could be read, and by reason everything that is not used."""

    figures: dict[str, Any] | None
    skipped: dict[str, list[str]]
    some_unread: bool


def measure_unknown(plugin: PhotoPlugin, folder: Path) -> Unknown:
    """Return what is said of the photos in a folder. Raises WrongTruth.

    A `labels.csv` in it says which photos belong together (a lesion or patient, else the label) and the subgroup. Photos
    that have one of the model's labels there are put aside.
    """
    there = photos_in([folder])
    rows, reasons = _rows(plugin, folder / TABLE, there.photos)
    labelled = {file for file, row in rows.items() if row.label in plugin.card.codes}
    found, unread = findings_of(plugin, [file for file in there.photos if file not in labelled])
    passed_over = {file: why for file, why in there.passed_over.items() if file != folder / TABLE}
    reasons |= {
        LABELLED: [f"{file} ({rows[file].label})" for file in there.photos if file in labelled],
        "files passed over": [f"{file} ({why})" for file, why in passed_over.items()],
        "photos that cannot be read": [f"{one.file} ({one.code})" for one in unread],
    }
    skipped = {f"not-this {reason}": list(names) for reason, names in reasons.items() if names}
    if not found:
        return Unknown(figures=None, skipped=skipped, some_unread=bool(unread))
    findings = list(found.values())
    groups = [rows[file].group if file in rows else str(file) for file in found]
    subgroups = [rows[file].subgroup if file in rows else None for file in found]
    figures = unknown_figures(findings, groups, plugin.card)
    by = by_subgroup(findings, groups, subgroups, plugin.card)
    return Unknown(
        figures=figures | {"by_subgroup": by, "groups": len(set(groups))}, skipped=skipped, some_unread=bool(unread)
    )


def lines_of(figures: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each figure under its title."""
    for name, title in TITLES.items():
        yield f"not this: {title}", figures[name]
    for code, figure in figures["sure_of"].items():
        yield f"not this: {code} is named surely", figure
    for subgroup, of in figures["by_subgroup"].items():
        if "turned_away" in of:
            yield f"not this, {subgroup}: {TITLES['turned_away']}", of["turned_away"]
            yield f"not this, {subgroup}: {TITLES['sure_serious']}", of["sure_serious"]


def text_of(figures: dict[str, Any]) -> str:
    """Return the figures alone, a line each."""
    return "".join(f"{title}: {says(figure)}, n = {figure['n']}\n" for title, figure in lines_of(figures))


def _rows(
    plugin: PhotoPlugin, table: Path, files: Sequence[Path]
) -> tuple[dict[Path, TruthRow], dict[str, Sequence[str]]]:
    """Return what is known of each photo, and by reason what of the table is not used.

    Photos of one label belong together where no column says otherwise.
    """
    if not table.is_file():
        return {}, {}
    card = plugin.card
    declared = read_truth_tables(card.truth_tables) if card.truth_tables else NO_TABLES
    truth = read_truth([table], card.codes, declared, names=LabelNames.of(card, declared))
    matched = match(truth.rows, files, truth.labels, contradictory=truth.contradictory)
    rows = {file: row if truth.grouped_by else replace(row, group=row.label) for row, file in matched.pairs}
    return rows, _reasons(matched, truth)


def _reasons(matched: Matched, truth: Truth) -> dict[str, Sequence[str]]:
    reasons: Mapping[str, Sequence[str]] = matched.skipped
    renamed = {f"{reason}, each counted alone" if reason in _KEPT else reason: its for reason, its in reasons.items()}
    return renamed | {"rows with nothing in them": truth.empty, "rows that say the same again": truth.repeated}
