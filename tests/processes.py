"""The bot as a process of its own, to be killed: `python -m bot …` in a clean environment, and what it wrote."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import warm
from phone import TIMEOUT
from warm import WarmProcess

from bot.handlers.people.consent import VERSION
from bot.local import LocalServer
from bot.store import Store

ROOT = Path(__file__).parents[1]
TIED = str(ROOT / "tests" / "tied.py")  # what makes a program end with this process


class BotProcess:
    """One process that runs in `folder` with a database there; `settings` are further CHECKUP_… variables.

    Where it ends before it is told or expected to, the block that waits for it is cut short, with what it wrote. It is forked
    from one that has imported everything, unless the start itself is what is tested: that needs a `fresh` one.
    """

    def __init__(
        self,
        folder: Path,
        *command: str,
        program: Sequence[str] = ("-m", "bot"),
        fresh: bool = False,
        **settings: str,
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._log = folder / "output.txt"
        self._log.touch()
        self._folder, self._program, self._fresh = folder, [*program, *command], fresh
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONWARNINGS": "default",
            "CHECKUP_DATABASE": f"sqlite:///{folder / 'checkup.db'}",
            "CHECKUP_REGISTRY": str(ROOT / "registry.yaml"),
        } | settings

    async def __aenter__(self) -> Self:
        self._before = self._log.stat().st_size
        self._process = await (self._start() if self._fresh else self._fork())
        self._may_end = self._died = False
        self._watching = asyncio.create_task(self._watch(cast("asyncio.Task[object]", asyncio.current_task())))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._died:
            cast("asyncio.Task[object]", asyncio.current_task()).uncancel()
            raise AssertionError(f"it ended with status {self._process.returncode}:\n{self.output()}") from error
        await self.killed()
        await self._watching

    async def _fork(self) -> WarmProcess:
        return await warm.start(self._program, cwd=self._folder, env=self._environment, log=self._log)

    async def _start(self) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, TIED, *self._program),
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    async def _watch(self, block: asyncio.Task[object]) -> None:
        await self._process.wait()
        if not self._may_end:
            self._died = True
            block.cancel()

    async def killed(self) -> None:
        """End it without a warning (kill -9)."""
        self._may_end = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def stopped(self) -> int:
        """Tell it to stop (SIGTERM) and return its exit status."""
        self.send(signal.SIGTERM)
        return await self.ended()

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(sign)

    async def ended(self) -> int:
        """Wait until it ends by itself and return its exit status."""
        self._may_end = True
        try:
            return await asyncio.wait_for(self._process.wait(), TIMEOUT)
        except TimeoutError:
            raise AssertionError(f"it goes on and on:\n{self.output()}") from None

    def output(self) -> str:
        """Return all that this process wrote, on both channels."""
        return self._log.read_bytes()[self._before :].decode()


async def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait for what nothing tells of."""
    try:
        async with asyncio.timeout(TIMEOUT):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited in vain {what or 'for it'}") from None


def all_met(server: LocalServer) -> bool:
    """Return whether all faults that were added have been met."""
    return not server.faults.coming


async def consented(database: str, *people: int) -> None:
    """Let people have agreed long ago."""
    async with Store.open(database) as store:
        for person in people:
            await store.people.give_consent(store.person(person), version=VERSION, now=datetime.now(UTC))


def states(folder: Path) -> list[str]:
    """Return how the updates in the inbox stand, by their number."""
    return [state for state, _ in _inbox(folder)]


def attempts(folder: Path) -> list[int]:
    """Return how often the updates in the inbox were tried, by their number."""
    return [tried for _, tried in _inbox(folder)]


def _inbox(folder: Path) -> list[tuple[str, int]]:
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'checkup.db'}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT state, attempts FROM inbox ORDER BY update_id").fetchall()


def on_disk(folder: Path) -> bytes:
    """Return the database's raw bytes, its log included."""
    return b"".join(file.read_bytes() for file in (folder / "checkup.db", folder / "checkup.db-wal") if file.exists())
