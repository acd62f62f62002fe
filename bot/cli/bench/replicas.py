"""Photos a second that one, two and four bots on one PostgreSQL answer, and what PostgreSQL costs beside SQLite."""

import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import uvloop

from bot.cli.bench.caller import Caller
from bot.cli.bench.chat import answered_in
from bot.cli.bench.machine import resident
from bot.cli.bench.processes import bot, last_words, server
from bot.cli.bench.sample_photos import jpeg_photo
from bot.cli.bench.waiting_model import MODULE, write_registry

COUNTS = (1, 2, 4)
PEOPLE = 64  # enough that nobody of four replicas is idle
EACH = 4  # photos that each sends
SIZE = (800, 600)  # the size the bot takes of a photo
SMALL = (320, 240)  # of photos whose model only waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What so many replicas answered: photos a second, and the resident MB of the largest of them."""

    photos_per_second: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicated:
    """Replicas with a model that waits, with the real one, and one process on SQLite with the real one."""

    waiting: dict[int, Answered]  # by how many replicas
    real: dict[int, Answered]
    sqlite: Answered


def replicas(postgres: str, registry: Path, *, counts: tuple[int, ...] = COUNTS, people: int = PEOPLE) -> Replicated:
    """Measure on a PostgreSQL server whose user may create databases; each measurement has one of its own.

    `postgres` is the URL of any database there. Raises RuntimeError with the bots' last words, OSError and asyncpg's errors.
    """
    with tempfile.TemporaryDirectory() as name:
        waits = write_registry(Path(name))
        return Replicated(
            waiting={count: uvloop.run(_answered(postgres, waits, count, people, SMALL)) for count in counts},
            real={count: uvloop.run(_answered(postgres, registry, count, people, SIZE)) for count in counts},
            sqlite=uvloop.run(_answered(None, registry, 1, people, SIZE)),
        )


async def _answered(postgres: str | None, registry: Path, count: int, people: int, size: tuple[int, int]) -> Answered:
    """Let people send photos to so many bots, on a database of their own; without PostgreSQL on an SQLite file."""
    pictures = [jpeg_photo(*size, seed=seed) for seed in range(8)]
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = {"trusted": MODULE, "secret_file": str(folder / "key")}
        if postgres:
            settings["database"] = await stack.enter_async_context(_database(postgres))
        url = stack.enter_context(server(folder))
        start = partial(bot, folder, url, registry, **settings)
        try:
            running = [stack.enter_context(start())]
            callers = [await stack.enter_async_context(Caller(url, 2001 + at)) for at in range(people)]
            await asyncio.gather(*(caller.agree() for caller in callers))
            running += [stack.enter_context(start()) for _ in range(count - 1)]
            await answered_in(callers, pictures, 1)  # the first prepares, and the others begin meanwhile
            took, _ = await answered_in(callers, pictures, EACH)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise RuntimeError(f"the bots did not answer: {error!r}\n{last_words(folder)}") from error
        memory = max(resident(process) for process in running)
        return Answered(photos_per_second=people * EACH / took, memory=memory)


@contextlib.asynccontextmanager
async def _database(server: str) -> AsyncIterator[str]:
    """Make a new database on the server, give its URL, and take it away."""
    import asyncpg  # noqa: PLC0415 - an extra

    name = f"checkup_bench_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(server)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
