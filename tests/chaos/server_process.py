"""The local Bot API server as a process of its own, which the bot's work does not slow down: Telegram is another machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from processes import ROOT, TIED

from bot.cli.bench.machine import clean_environment

MESSAGES = 100_000  # that the server keeps: an answer to one that it has forgotten would be no reply, and count as lost
_FIRST = ("nice", "-n", "-10")  # before whatever else runs, where that may be asked for


@asynccontextmanager
async def local_server(folder: Path) -> AsyncIterator[str]:
    """Run a server with its files in `folder` and give the URL of its page, below which bots find their methods, too."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    first = _FIRST if os.geteuid() == 0 and shutil.which("nice") else ()
    program = ("-m", "bot.local", "--folder", str(folder), "--port", "0", "--messages", str(MESSAGES))
    with (folder / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(*first, sys.executable, TIED, *program),
            cwd=ROOT,
            env=clean_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()
