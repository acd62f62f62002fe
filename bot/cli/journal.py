"""Writes the journal as CSV or JSON lines, for `checkup export`."""

import contextlib
import sys
from functools import partial
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.opening import open_existing
from bot.settings import Settings
from bot.store import export as journal


async def write_journal(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write the journal to a file, or to standard output. Raises CannotStart."""
    store = await open_existing(settings)
    try:
        if output is None:
            await journal.export(store, sys.stdout, form=form)
            return
        with output.open("w", encoding="utf-8", newline="") as out, _bar() as bar:
            shown = bar.add_task("", total=await store.journal.count())
            rows = await journal.export(store, out, form=form, on_rows=partial(bar.advance, shown))
        print(f"{rows} rows in {output}", file=sys.stderr)  # noqa: T201 - the command's output
    finally:
        await store.close()


async def write_agreement(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write how often reviewers gave which label where the model gave which, as `write_journal` does."""
    store = await open_existing(settings)
    try:
        with contextlib.nullcontext(sys.stdout) if output is None else output.open("w", encoding="utf-8") as out:
            await journal.export_agreement(store, out, form=form)
    finally:
        await store.close()


def _bar() -> Progress:
    """Return a bar that shows how far the export is and how long it will take; nothing where nobody looks."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("rows,"), TimeRemainingColumn(), TextColumn("left"))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
