"""The databases that tests run on: an SQLite file, or one of a test's own on a PostgreSQL server."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
from sqlalchemy import Connection

from bot.store import Opening, Store
from bot.store.database import Database

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class FreshDatabase:
    """A database of one test's own, and where its secret stands."""

    url: str
    secret_file: Path

    def open(self, *, bot: int = 0) -> Opening:
        """Open the store; the first time makes its tables."""
        return Store.open(self.url, secret_file=self.secret_file, bot=bot)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return `work(connection)`, done in one transaction beside the store's."""
        beside = Database(self.url)
        try:
            return await beside.write(work)
        finally:
            await beside.close()


def sqlite(folder: Path) -> FreshDatabase:
    """Return a database in a file of this folder."""
    return FreshDatabase(url=f"sqlite:///{folder / 'checkup.db'}", secret_file=folder / "checkup.db.key")


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
async def postgres(server: str, folder: Path) -> AsyncIterator[FreshDatabase]:
    """A new, empty database on the server with this URL; its secret stands in the folder."""
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(f"{server}/postgres")
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        try:
            yield FreshDatabase(url=f"{server}/{name}", secret_file=folder / "checkup.db.key")
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
