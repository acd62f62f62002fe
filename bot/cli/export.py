"""`checkup export`: the journal as CSV or JSON lines."""

import sys
from pathlib import Path
from typing import Literal

from bot.app import opened
from bot.settings import Settings
from bot.store import export as journal


async def export(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write the journal to a file, or to standard output. Raises CannotStart."""
    store = await opened(settings)
    try:
        if output is None:
            await journal.export(store, sys.stdout, form=form)
            return
        with output.open("w", encoding="utf-8", newline="") as out:
            rows = await journal.export(store, out, form=form)
        print(f"{rows} rows in {output}", file=sys.stderr)  # noqa: T201 - this is what the command says
    finally:
        await store.close()
