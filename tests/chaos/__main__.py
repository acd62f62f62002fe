"""Runs everything at its full size and prints a table: `make chaos`, or `make chaos ONLY="kills flood"`."""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.cli.bench.machine import machine
from bot.local.__main__ import keep_what_is_left
from chaos.bad_chats import bad_chats
from chaos.figures import Figure
from chaos.flood import flood
from chaos.hostile import hostile
from chaos.kills import kills
from chaos.outages import outages
from chaos.replicas import replicas

SCENARIOS: dict[str, Callable[[Path], Awaitable[list[Figure]]]] = {
    "kills": kills,
    "outages": outages,
    "bad_chats": bad_chats,
    "flood": flood,
    "hostile": hostile,
    "replicas": replicas,
}


def main() -> int:
    """Return the exit status: 1 where something is not as it is wanted."""
    chosen = sys.argv[1:] or list(SCENARIOS)
    console = Console(width=170)
    console.print(machine(), soft_wrap=True, highlight=False)
    table = Table("scenario", "what", "figure", "wanted", "")
    gc.callbacks.append(keep_what_is_left)  # of ledgers that grow all the time
    met = True
    for name in chosen:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            figures = asyncio.run(SCENARIOS[name](Path(folder)))
        console.print(f"{name}: {time.monotonic() - started:.0f} s", highlight=False)
        for figure in figures:
            table.add_row(name, figure.what, figure.figure, figure.wanted, "met" if figure.met else "NOT MET")
            met &= figure.met
    console.print(table)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
