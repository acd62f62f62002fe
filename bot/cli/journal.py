"""Reads the journal for `checkup export`, which writes it as CSV or JSON lines, and for `checkup report`."""

import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.whole_file import whole
from bot.opening import CannotStart, open_existing
from bot.settings import Settings
from bot.store import Store, StoreError
from bot.store import export as journal

_PARTS = ("", "-wal", "-shm", ".key", ".answered", ".lock")  # of an SQLite database, behind its file's name


async def write_journal(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write the journal to a file, or to standard output. Raises CannotStart."""
    async with opened(settings) as store:
        if output is None:
            await journal.export(store, sys.stdout, form=form)
            return
        _check_apart(output, settings)
        with whole(output) as out:
            async with advancing(store) as advance:
                rows = await journal.export(store, out, form=form, on_rows=advance)
        print(f"{rows} rows in {output}", file=sys.stderr)  # noqa: T201 - the command's output


async def write_agreement(settings: Settings, *, form: Literal["csv", "jsonl"], output: Path | None) -> None:
    """Write how often reviewers gave which label where the model gave which, as `write_journal` does."""
    async with opened(settings) as store:
        if output is not None:
            _check_apart(output, settings)
        with contextlib.nullcontext(sys.stdout) if output is None else whole(output) as out:
            await journal.export_agreement(store, out, form=form)


def _check_apart(output: Path, settings: Settings) -> None:
    """Raise CannotStart where a file to write is a part of the database, of which nothing would be left."""
    database = settings.database_url.partition(":///")[2]
    kept = [*(Path(f"{database}{end}") for end in _PARTS), settings.secret_file or settings.home / "checkup.key"]
    if output.exists() and any(file.exists() and file.samefile(output) for file in kept):
        raise CannotStart(f"{output} belongs to the database itself: name another file to write to.")


@contextlib.asynccontextmanager
async def advancing(store: Store) -> AsyncIterator[Callable[[int], None]]:
    """Show on a terminal how many of the journal's rows were read, by what is given, which is told of each part how many."""
    with _bar() as bar:
        yield partial(bar.advance, bar.add_task("", total=await store.journal.count()))


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """Give the open database. Raises CannotStart, also where it goes away meanwhile."""
    store = await open_existing(settings)
    try:
        yield store
    except StoreError as error:
        raise CannotStart(str(error)) from error
    finally:
        await store.close()


def _bar() -> Progress:
    """Return a bar that shows how far it is and how long it will take; nothing where nobody looks."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("rows,"), TimeRemainingColumn(), TextColumn("left"))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
