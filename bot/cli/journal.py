"""Writes the journal as CSV or JSON lines, for `checkup export`."""

import sys
from pathlib import Path
from typing import Literal

from bot.app import open_store
from bot.settings import Settings
from bot.store import export as journal


async def write_journal(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write the journal to a file, or to standard output. Raises CannotStart."""
    store = await open_store(settings)
    try:
        if output is None:
            await journal.export(store, sys.stdout, form=form)
            return
        with output.open("w", encoding="utf-8", newline="") as out:
            rows = await journal.export(store, out, form=form)
        print(f"{rows} rows in {output}", file=sys.stderr)  # noqa: T201 - the command's output
    finally:
        await store.close()
