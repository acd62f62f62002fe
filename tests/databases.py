"""The databases that tests run on: an SQLite file, or one of a test's own on a PostgreSQL server."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
from sqlalchemy import Connection

from bot.store import Opening, Store
from bot.store.database import Database
from bot.store.upgrade import upgrade

MIGRATED = "migrated"  # the database on a PostgreSQL server that others are copied from

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class FreshDatabase:
    """A database of one test's own, and where its secret stands."""

    url: str
    secret_file: Path

    def open(self, *, bot: int = 0) -> Opening:
        """Open the store; the first time makes the tables of an empty one."""
        return Store.open(self.url, secret_file=self.secret_file, bot=bot)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return `work(connection)`, done in one transaction beside the store's."""
        beside = Database(self.url)
        try:
            return await beside.write(work)
        finally:
            await beside.close()


def sqlite(folder: Path, *, empty: bool = False) -> FreshDatabase:
    """Return a database in a file of this folder: there are tables and nothing in them, or there is no file yet."""
    if not empty:
        (folder / "checkup.db").write_bytes(_tables())
    return FreshDatabase(url=f"sqlite:///{folder / 'checkup.db'}", secret_file=folder / "checkup.db.key")


def sqlite_url(folder: Path) -> str:
    """Return the URL of a database in a file of this folder, which has tables and nothing in them."""
    return sqlite(folder).url


@functools.cache
def _tables() -> bytes:
    """Return an SQLite file that was migrated: to do so for each test would take longer than most tests do."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside_the_loop:
        fresh = sqlite(Path(folder), empty=True)
        beside_the_loop.submit(asyncio.run, _migrate(fresh.url)).result()
        return (Path(folder) / "checkup.db").read_bytes()


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def waiting(store: Store) -> list[int]:
    """Return the numbers of the updates that are to be answered."""
    return [update.update_id for update in await store.unfinished.listed("waiting")]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another program is writing to the file in this folder."""
    with contextlib.closing(sqlite3.connect(folder / "checkup.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def postgres(server: str, folder: Path, *, empty: bool = False) -> AsyncIterator[FreshDatabase]:
    """A new database on the server with this URL, with tables or empty; its secret stands in the folder."""
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(f"{server}/postgres")
    try:
        if not await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", MIGRATED):
            await admin.execute(f"CREATE DATABASE {MIGRATED}")
            await _migrate(f"{server}/{MIGRATED}")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else MIGRATED}")
        try:
            yield FreshDatabase(url=f"{server}/{name}", secret_file=folder / "checkup.db.key")
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
