"""The bot as a process that is started again whenever it dies, as systemd does, and can be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from processes import ROOT, TIED, consented
from warm import WarmProcess

from bot.cli.bench.machine import clean_environment, resident

TOKEN = "1:local"


async def start(
    program: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
) -> asyncio.subprocess.Process | WarmProcess:
    """Start `python *program` as systemd does; tests, which need no such start, have it forked by `warm.start`."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, TIED, *program),
            cwd=cwd,
            env=env,
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
        )


class SupervisedBot:
    """`checkup run` on a local Bot API server, with its database and its log in `folder`; it ends with this process."""

    def __init__(
        self,
        folder: Path,
        api: str,
        *,
        people: range,
        program: tuple[str, ...] = ("-m", "bot", "run"),
        **settings: str,
    ) -> None:
        """Let people have agreed long ago; `settings` are further ones."""
        self.folder, self._api, self._people, self._program = folder, api, people, program
        self._settings = settings
        self.database = folder / "checkup.db"
        self.deaths = 0
        self.most_memory = 0.0  # MB
        self._process: asyncio.subprocess.Process | WarmProcess | None = None

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._people:
            await consented(self._url, *self._people)
        self._tasks = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._watch_memory())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def kill(self) -> None:
        """Kill it (kill -9), once it runs.

        A program of its own does it: from here it would always die in a step of the loop in which the server, which shares
        that loop, has just taken answers.
        """
        while self._process is None or self._process.returncode is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        killer = await asyncio.create_subprocess_exec("kill", "-9", str(self._process.pid))
        await asyncio.gather(killer.wait(), self._process.wait())
        self.deaths += 1

    async def freeze(self, seconds: float) -> None:
        """Let it do nothing for so long, as a machine does that swaps or moves."""
        while self._process is None or self._process.returncode is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        self._process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def states(self) -> dict[str, int]:
        """Return how many updates are in which state."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())

    def entries(self) -> int:
        """Return how many rows the journal has."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])

    def log(self) -> str:
        """Return all that was written, by every process."""
        return (self.folder / "bot.log").read_text(encoding="utf-8")

    def memory(self) -> float:
        """Return the MB that the process holds now."""
        return resident(self._process.pid) if self._process else 0.0

    @property
    def _url(self) -> str:
        return f"sqlite:///{self.database}"

    async def _keep_alive(self) -> None:
        settings = {"api": self._api, "token": TOKEN, "database": self._url, "registry": str(ROOT / "registry.yaml")}
        settings["daily_limit"] = "1000000"
        environment = clean_environment(**(settings | self._settings))
        while True:
            self._process = await start(self._program, cwd=self.folder, env=environment, log=self.folder / "bot.log")
            await self._process.wait()

    async def _watch_memory(self) -> None:
        while True:
            with contextlib.suppress(OSError, IndexError):
                self.most_memory = max(self.most_memory, self.memory())
            await asyncio.sleep(0.05)
