"""What one photo costs the bot on PostgreSQL: processor time, transactions, bytes.

    PYTHONPATH=.:tests python tests/photo_costs.py

Few people, so that a busy machine changes the figures little: processor time is counted, not time.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
from postgres_server import postgres_server
from tcp_proxy import TcpProxy

from bot.cli.bench.caller import Caller
from bot.cli.bench.machine import cpu_seconds
from bot.cli.bench.processes import bot, server
from bot.cli.bench.sample_photos import jpeg_photo

HOME = Path(__file__).parents[1]
PEOPLE = 4
PHOTOS_EACH = 25
SIZE = (800, 600)  # Telegram's size that the bot takes
COUNTED = """SELECT xact_commit, wal_bytes::bigint, pg_database_size(current_database())
FROM pg_stat_database, pg_stat_wal WHERE datname = current_database()"""
STATISTICS_ARE_IN = 2  # seconds after which an idle connection's counts have reached the views


async def measure(folder: Path, database: str) -> dict[str, float]:
    """Return the costs of a photo by name, measured over `PEOPLE` × `PHOTOS_EACH` of them."""
    photos = [jpeg_photo(*SIZE, seed=seed) for seed in range(PHOTOS_EACH)]
    async with contextlib.AsyncExitStack() as stack:
        url = stack.enter_context(server(folder))
        network = await stack.enter_async_context(TcpProxy(url))
        process = stack.enter_context(bot(folder, network.url, HOME / "registry.yaml", database=database))
        callers = [await stack.enter_async_context(Caller(url, 2001 + at)) for at in range(PEOPLE)]
        await asyncio.gather(*(caller.agree() for caller in callers))
        await asyncio.gather(*(caller.send(photos[0]) for caller in callers))  # the first prepares
        before = await state(process, database, network)
        await asyncio.gather(*(_send(caller, photos) for caller in callers))
        after = await state(process, database, network)
    each = {name: (after[name] - before[name]) / (PEOPLE * PHOTOS_EACH) for name in after}
    return each | {"the photo itself, bytes": sum(map(len, photos)) / len(photos)}


async def _send(caller: Caller, photos: list[bytes]) -> None:
    for photo in photos:
        await caller.send(photo)


async def state(process: int, database: str, network: TcpProxy) -> dict[str, float]:
    """Return what was counted so far of the bot's process, of the PostgreSQL server and of what went between bot and Telegram."""
    await asyncio.sleep(STATISTICS_ARE_IN)
    connection = await asyncpg.connect(database)
    try:
        commits, log, size = await connection.fetchrow(COUNTED)
        folder = Path(await connection.fetchval("SHOW data_directory"))
        postmaster = int((folder / "postmaster.pid").read_text().split()[0])
        theirs = sum(cpu_seconds(each) for each in (postmaster, *_children(postmaster)))
    finally:
        await connection.close()
    return {
        "the bot, CPU ms": 1000 * cpu_seconds(process),
        "of that its event loop, CPU ms": 1000 * cpu_seconds_of_first_thread(process),
        "PostgreSQL, CPU ms": 1000 * theirs,
        "PostgreSQL, transactions": commits,
        "PostgreSQL, log bytes": log,
        "PostgreSQL, bytes kept": size,
        "the network, bytes in": network.carried["in"],
        "the network, bytes out": network.carried["out"],
    }


def cpu_seconds_of_first_thread(process: int) -> float:
    """Return the CPU time of the thread that the process began with, where the event loop runs."""
    return cpu_seconds(f"{process}/task/{process}")  # type: ignore[arg-type]


def _children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(stat.parent.name)


async def main() -> None:
    """Print the costs, one a line."""
    with postgres_server() as postgres, tempfile.TemporaryDirectory() as folder:
        connection = await asyncpg.connect(f"{postgres}/postgres")
        await connection.execute("CREATE DATABASE checkup")
        await connection.close()
        for name, cost in (await measure(Path(folder), f"{postgres}/checkup")).items():
            sys.stdout.write(f"{name:32} {cost:12,.2f}\n")


if __name__ == "__main__":
    asyncio.run(main())
