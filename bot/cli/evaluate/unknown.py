"""`checkup evaluate --not-this`: photos that show none of the disease's labels, with a table of what they are beside them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.cli.evaluate.photos import UnreadPhoto, findings_of
from bot.cli.photo_files import photos_in
from classifiers.card.truth_tables import read_truth_tables
from classifiers.evaluation.figures import says
from classifiers.evaluation.truth import NO_TABLES, TruthRow, read_truth
from classifiers.evaluation.unknown import TITLES, by_subgroup, unknown_figures
from classifiers.plugin import PhotoPlugin

TABLE = "labels.csv"


def measure_unknown(plugin: PhotoPlugin, folder: Path) -> tuple[dict[str, Any] | None, list[UnreadPhoto]]:
    """Return what is said of the photos in a folder, None of none, and those that cannot be read. Raises WrongTruth.

    A `labels.csv` in it says which photos belong together (a lesion or patient, else the label) and the subgroup.
    """
    known = _rows(plugin, folder / TABLE)
    found, unread = findings_of(plugin, photos_in([folder]).photos)
    if not found:
        return None, unread
    findings = list(found.values())
    rows = [known.get(file.stem) for file in found]
    groups = [row.group if row else file.stem for file, row in zip(found, rows, strict=True)]
    subgroups = [row.subgroup if row else None for row in rows]
    figures = unknown_figures(findings, groups, plugin.card)
    by = by_subgroup(findings, groups, subgroups, plugin.card)
    return figures | {"by_subgroup": by, "groups": len(set(groups))}, unread


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


def _rows(plugin: PhotoPlugin, table: Path) -> dict[str, TruthRow]:
    """Return what is known of each photo, by its stem; photos of one label belong together where no column says otherwise."""
    if not table.is_file():
        return {}
    tables = plugin.card.truth_tables
    truth = read_truth([table], plugin.card.codes, read_truth_tables(tables) if tables else NO_TABLES)
    return {Path(row.photo).stem: row if truth.grouped_by else replace(row, group=row.label) for row in truth.rows}
