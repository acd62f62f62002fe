"""The door to the database: one transaction at a time, errors translated, and the little that differs by database."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.store.errors import StoreError, translate

_MIGRATION_LOCK = 7_366_825_501  # any number of our own, the same in every version


class Database:
    """An engine whose errors are StoreErrors. `name` is its URL without the password, `path` its file if it has one."""

    def __init__(self, url: str) -> None:
        """Prepare the engine, and SQLite's file where there is none yet. Raises StoreError."""
        self.name = "CHECKUP_DATABASE"  # a URL that cannot be read may hold a password
        self._closed = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        try:
            parsed = _read(url)
            self.name = parsed.render_as_string(hide_password=True)
            self.path = _sqlite_file(parsed)
            self._engine = _postgres(parsed) if self.path is None else _sqlite(self.path)
        except (SQLAlchemyError, OSError) as error:
            raise translate(error, self.name) from None
        except ValueError as error:
            raise StoreError("unreachable", database=self.name, detail=str(error)) from None
        except ImportError as error:
            raise StoreError("unreachable", database=self.name, detail=f"{error.name} is not installed") from None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection and commit at the end, or roll back. Raises StoreError."""
        if self._closed:
            raise StoreError("unreachable", database=self.name, detail="it has been closed")
        self._running += 1
        self._idle.clear()
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            # The driver's error is not chained: its message may quote what a person sent.
            raise translate(error, self.name) from None
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()

    async def close(self) -> None:
        """Let what runs end, then close all connections; SQLite then writes its log into the file and removes it."""
        self._closed = True
        await self._idle.wait()
        await self._engine.dispose()

    # From here on: all that differs between SQLite and PostgreSQL.

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT, which both databases have and the common SQL has not."""
        return postgresql.insert(table) if self.path is None else sqlite.insert(table)

    def lock_for_migration(self, connection: Connection) -> None:
        """Let one process at a time go on; the lock ends with the transaction."""
        if self.path is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    async def wipe(self) -> None:
        """Take what was deleted off the disk: SQLite's log still has it until it is written back and cut to nothing.

        A reader in another process can hold this up for the busy time-out; the next call then does it.
        """
        if self.path is not None:
            async with self.transaction() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}


def _read(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError):
        # What SQLAlchemy says quotes the URL, password and all.
        raise ValueError("its URL cannot be read, one is sqlite:///checkup.db") from None
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.drivername not in _DRIVERS.values():
        raise ValueError(f"{parsed.drivername} is neither sqlite nor postgresql")
    return parsed


def _sqlite_file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.host or url.query or url.database.startswith((":memory:", "file:")):
        raise ValueError("an SQLite database is named by the path of its file alone, as in sqlite:///checkup.db")
    return Path(url.database).absolute()


def _postgres(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_size=5, pool_pre_ping=True, hide_parameters=True)


_PRAGMAS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    # The inbox promises that an update Telegram was told about is kept, a power cut included: only FULL waits for
    # the disk at each commit. NORMAL would be enough for a killed process.
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",
)


def _sqlite(path: Path) -> AsyncEngine:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its log and shared memory the same mode
    url = URL.create(
        "sqlite+aiosqlite",
        database=f"file:{quote(str(path))}",
        # rw, not rwc: a file that was removed under us must be an error, not a new empty database.
        query={"uri": "true", "mode": "rw"},
    )
    engine = create_async_engine(
        url,
        # One connection: SQLite has one writer anyway, and who waits for it waits here in line instead of in a race.
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        # A transaction that writes takes the lock at its first statement: one that has read first can lose it midway.
        connect_args={"isolation_level": "IMMEDIATE"},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info["file"] = _identity(path)

    @event.listens_for(engine.sync_engine, "checkout")
    def same_file(connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        # A removed or replaced file stays open and takes writes that nobody will ever read.
        if record.info["file"] != _identity(path):
            raise DisconnectionError

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
