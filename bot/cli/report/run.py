"""Reads the journal and writes the report: a page in Markdown, and its plots."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.journal import advancing, opened
from bot.cli.report.page import page
from bot.cli.report.plots import draw
from bot.cli.report.tally import COUNTED, Tally
from bot.cli.whole_file import whole
from bot.settings import Settings
from classifiers.registry import Registry


async def write_report(settings: Settings, registry: Registry, folder: Path) -> None:
    """Write `report.md` and its plots into a folder. Raises CannotStart."""
    tally = Tally()
    async with opened(settings) as store, advancing(store) as advance:
        async for rows in store.journal.pages(only=COUNTED):
            tally.add(rows)
            advance(len(rows))
    _write(tally, registry, folder)


def _write(tally: Tally, registry: Registry, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cards = {entry.id: entry.card for entry in registry.entries if entry.card}
    text = page(tally, dict(cards), _pictures(tally, folder), today=datetime.now(UTC).date())
    with whole(folder / "report.md") as out:
        out.write(text)
    print(f"{folder / 'report.md'}", file=sys.stderr)  # noqa: T201 - the command's output


def _pictures(tally: Tally, folder: Path) -> dict[str, Sequence[str]]:
    try:
        return {disease: draw(folder, disease, found) for disease, found in tally.diseases.items()}
    except ModuleNotFoundError as error:
        print(f"without plots: {error.name} is not installed (make install-evaluate)", file=sys.stderr)  # noqa: T201
        return {}
