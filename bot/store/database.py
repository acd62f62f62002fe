"""The database: one transaction at a time, errors translated, and the little that differs by database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import SQLAlchemyError

from bot.store import on_behalf
from bot.store.connections import postgres, sqlite
from bot.store.database_url import read_url, shown, sqlite_file
from bot.store.driver_errors import translate
from bot.store.errors import StoreError
from bot.store.listening import CHANNEL, Run, listening, listening_engine
from bot.store.moments import Moment
from bot.store.pooler import keeps_sessions
from bot.store.side_connection import SideConnection
from bot.store.sqlite_runner import LOCK_TIMEOUT
from bot.store.write_trouble import WriteTrouble

T = TypeVar("T")

_READING = 500  # milliseconds that a reader of our own may take
OLDEST_SERVER = 130_000  # PostgreSQL 13, as a server numbers its version
_MIGRATION_LOCK = 7_366_825_501  # any number of our own, the same in every version


class Database:
    """An engine whose errors are StoreErrors. `name` is its URL without the password, `path` its file if it has one.

    A transaction is a plain function of a connection, which fetches all rows that it selects. It runs as a whole, on
    SQLite in a thread: switching to the thread and back for each statement took ten times as long on a busy machine.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engine, and SQLite's file where there is none yet. Raises StoreError."""
        self.name = "CHECKUP_DATABASE"  # a URL that cannot be read may hold a password
        self._closed = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.wipe_due = asyncio.Event()  # something that was deleted may still be on the disk
        try:
            parsed = read_url(url)
            self.name = shown(parsed)
            self.path = sqlite_file(parsed)
            self._listening = None if self.path else listening_engine(parsed)
            self._side = SideConnection(self._listening) if self._listening else None
            self._runners = postgres(parsed) if self.path is None else sqlite(self.path)
            self.trouble = WriteTrouble(is_server=self.path is None)
        except (SQLAlchemyError, OSError) as error:
            raise translate(error, self.name) from None
        except ValueError as error:
            raise StoreError("unreachable", database=self.name, detail=str(error)) from None
        except ImportError as error:
            raise StoreError("unreachable", database=self.name, detail=_not_installed(error)) from None

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False, single: bool = False) -> T:
        """Return `work(connection)`, committed at the end, or rolled back; urgent ones go first. Raises StoreError.

        `single` says that it is one statement: PostgreSQL takes that without the round trips around a transaction.
        """
        return await self._run(partial(self._runners.writing.run, work, urgent=urgent, single=single), writes=True)

    async def write_about_person(self, work: Callable[[Connection], T]) -> T:
        """Do as `write` does, unless /forget has removed the update in hand. Raises StoreError, UpdateForgotten."""
        behalf = on_behalf.current.get()

        def checked(connection: Connection) -> T:
            on_behalf.check(connection, behalf)
            return work(connection)

        return await self.write(checked)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return `work(connection)`, which only reads, and sees all that was committed. Raises StoreError."""
        return await self._run(partial(self._runners.reading.run, work, single=True), writes=False)

    @asynccontextmanager
    async def listening(self, heard: Callable[[str], None]) -> AsyncIterator[Run[Any]]:
        """Call `heard` with all that is told while the block runs; PostgreSQL's alone. Raises StoreError."""
        if self._listening is None:
            raise ValueError("SQLite has nobody to listen to")
        with self._translated(writes=True):
            async with listening(self._listening, heard) as run:

                async def noted(work: Callable[[Connection], Any]) -> Any:
                    result = await run(work)
                    self.trouble.succeeded()
                    return result

                yield noted

    def send_at_once(self, work: Callable[[Connection], object]) -> None:
        """Send statements ahead of all transactions; one that does so again is to follow. PostgreSQL's alone."""
        if self._side is None:
            raise ValueError("SQLite has one connection that writes")
        self._side.send(work)

    async def close(self) -> None:
        """Wait for running transactions, then close all connections; SQLite then merges its log into the file."""
        self._closed = True
        await self._idle.wait()
        if self._side:
            await self._side.close()
        await self._runners.reading.close()
        await self._runners.writing.close()

    async def _run(self, transaction: Callable[[], Awaitable[T]], *, writes: bool) -> T:
        if self._closed:
            raise StoreError("unreachable", database=self.name, detail="it has been closed")
        self._running += 1
        self._idle.clear()
        try:
            with self._translated(writes=writes):
                return await transaction()
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()

    @contextmanager
    def _translated(self, *, writes: bool) -> Iterator[None]:
        """Raise what a driver raises as StoreError, and note whether it `writes`: to wait for others says nothing of that."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            told = translate(error, self.name)
            if writes:
                self.trouble.failed(told)
            # The driver's error is not chained: its message may quote what a person sent.
            raise told from None
        if writes:
            self.trouble.succeeded()

    # From here on: all that differs between SQLite and PostgreSQL.

    def insert(self, table: Table) -> sqlite_dialect.Insert | postgresql.Insert:
        """Return an INSERT with ON CONFLICT, which both databases have and standard SQL has not."""
        return postgresql.insert(table) if self.path is None else sqlite_dialect.insert(table)

    async def check_server(self) -> None:
        """Raise StoreError: old for a server that this program is not tried with, pooled for one that is not as one's own."""
        if self._listening is None:
            return
        version, is_direct = await self.read(_server)
        if version < OLDEST_SERVER:
            least, is_there = str(OLDEST_SERVER // 10_000), str(version // 10_000)
            raise StoreError("old", database=self.name, version=is_there, least=least)
        with self._translated(writes=False):
            is_kept = is_direct or await keeps_sessions(self._listening)
        if not is_kept:
            raise StoreError("pooled", database=self.name, detail="another connection had what was set on one")

    @property
    def has_others(self) -> bool:
        """Whether other processes may answer with this database, too."""
        return self.path is None

    def now(self) -> ColumnElement[datetime]:
        """Return the time when a statement is executed, by the clock that all who use this database share."""
        if self.path is None:
            return func.now()
        return bindparam(None, callable_=lambda: datetime.now(UTC), type_=Moment())

    def tell(self, connection: Connection, notice: str) -> None:
        """Tell all processes that listen to this database, once the transaction is committed; on SQLite there is no other."""
        if self.path is None:
            connection.execute(select(func.pg_notify(CHANNEL, notice)))

    def lock_for_migration(self, connection: Connection) -> None:
        """Let one process at a time continue; the lock ends with the transaction."""
        if self.path is None:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # another one's migration may take its time
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    async def wipe(self) -> bool:
        """Remove what was deleted from the disk: SQLite's log has it until it is written back and truncated.

        Returns False where a reader in another process prevents it; `wipe_due` is then set until a later call does it.
        """
        wiped = self.path is None or await self.write(_truncate_log)
        self.wipe_due.clear() if wiped else self.wipe_due.set()
        return wiped


def _server(connection: Connection) -> tuple[int, bool]:
    """Return the version of PostgreSQL's server, and whether who answers there is who let us in: with a pooler it is not."""
    asked = "SELECT current_setting('server_version_num')::int, pg_backend_pid()"
    version, process = connection.exec_driver_sql(asked).one()
    driver: Any = connection.connection.driver_connection
    return version, process == driver.get_server_pid()


def _truncate_log(connection: Connection) -> bool:
    """Return whether the log is empty now; a reader is waited for no longer than our own take, since others write here."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_READING}")
    try:
        # Its row must be fetched: SQLite commits nothing while a statement that writes is unfinished.
        ((busy, _, _),) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {LOCK_TIMEOUT}")
    return not busy


def _not_installed(error: ImportError) -> str:
    return f"{error.name} is not installed, which this does: make install-postgres"
