"""Connections: SQLite on threads of its own, PostgreSQL through a driver that needs none."""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.store.database_url import connection_string

T = TypeVar("T")

LOCK_TIMEOUT = 5000  # milliseconds for which a lock that another program holds is waited for
_CONNECTING = 10.0  # seconds that making a connection may take
_READERS = 2  # that ask SQLite at the same time
_TOGETHER = 32  # transactions that are written as one, where so many wait


class TransactionRunner(Protocol):
    """Runs transactions on one database."""

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Return `work(connection)`, done in a transaction; urgent ones go first. Raises SQLAlchemyError, OSError."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class Runners(NamedTuple):
    """What runs the transactions that write, and those that only read."""

    writing: TransactionRunner
    reading: TransactionRunner


class _AsyncpgRunner:
    """PostgreSQL: the driver waits without a thread."""

    def __init__(self, url: URL) -> None:
        settings = {
            "lock_timeout": str(LOCK_TIMEOUT),
            # What a machine that vanished has locked is free again after seconds.
            "idle_in_transaction_session_timeout": str(2 * LOCK_TIMEOUT),
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "3",
        }
        self._engine = postgres_engine(url, within=_CONNECTING, settings=settings, pool_size=5, pool_pre_ping=True)

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def postgres_engine(url: URL, *, within: float, settings: Mapping[str, str] | None = None, **pool: Any) -> AsyncEngine:
    """Return what makes connections to PostgreSQL, each within so many seconds. Raises ImportError."""
    import asyncpg  # noqa: PLC0415 - an extra

    connect = partial(asyncpg.connect, connection_string(url), timeout=within, server_settings=settings)
    return create_async_engine("postgresql+asyncpg://", async_creator=connect, hide_parameters=True, **pool)


def postgres(url: URL) -> Runners:
    """Return the runners of PostgreSQL, which are one and the same. Raises SQLAlchemyError, ImportError."""
    both = _AsyncpgRunner(url)
    return Runners(both, both)


_PRAGMAS = (
    f"busy_timeout = {LOCK_TIMEOUT}",
    "journal_mode = WAL",
    # An update that Telegram forgets must survive a power cut, too: only FULL waits for the disk at each commit.
    # NORMAL would be enough for a killed process.
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",
)


class _Transaction(Generic[T]):
    """Work on a connection, and where its result is waited for."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.future: Future[T] = Future()

    def run(self, connection: Connection) -> Callable[[], None]:
        """Do the work, and return what tells of its result once that is committed."""
        return partial(self.future.set_result, self.work(connection))


class _SQLiteRunner:
    """An SQLite file and the threads that work on it, each with a connection.

    Of what waits, up to `together` transactions are written as one: the disk is waited for once for all of them.
    """

    def __init__(self, path: Path, *, at_once: int, together: int = 1) -> None:
        self._engine = _sqlite_engine(path, connections=at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="database")
        self._waiting: PriorityQueue[tuple[bool, int, _Transaction[Any]]] = PriorityQueue()
        self._numbers = itertools.count()
        self._together = together

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        transaction = _Transaction(work)
        self._waiting.put((not urgent, next(self._numbers), transaction))
        self._threads.submit(self._run_waiting)
        running = asyncio.wrap_future(transaction.future)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # A thread cannot be cancelled: wait until the transaction is committed or rolled back.
            with suppress(SQLAlchemyError, OSError):
                await running
            raise

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _run_waiting(self) -> None:
        transactions = [one for one in self._next() if one.future.set_running_or_notify_cancel()]
        if len(transactions) > 1 and self._run_together(transactions):
            return
        for transaction in transactions:
            self._run_alone(transaction)

    def _next(self) -> Iterator[_Transaction[Any]]:
        """Yield those whose turn it is; none where an earlier call took them."""
        with suppress(Empty):
            for _ in range(self._together):
                yield self._waiting.get_nowait()[-1]

    def _run_together(self, transactions: list[_Transaction[Any]]) -> bool:
        """Return whether all were committed as one; where anything fails, nothing was, and each is to be run alone."""
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                done = [transaction.run(connection) for transaction in transactions]
        except BaseException:  # each is run alone then, and whoever waits for the one that fails is told why
            return False
        for tell in done:
            tell()
        return True

    def _run_alone(self, transaction: _Transaction[Any]) -> None:
        try:
            with self._engine.begin() as connection:
                tell = transaction.run(connection)
        except BaseException as error:  # whatever it is, it belongs to whoever waits for this transaction
            transaction.future.set_exception(error)
        else:
            tell()


def sqlite(path: Path) -> Runners:
    """Return the runners of an SQLite file, which is made where there is none. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its log and shared memory the same mode
    # One thread writes: SQLite has one writer anyway, and here those who wait for it come in order.
    return Runners(_SQLiteRunner(path, at_once=1, together=_TOGETHER), _SQLiteRunner(path, at_once=_READERS))


def _sqlite_engine(path: Path, *, connections: int) -> Engine:
    url = URL.create(
        "sqlite",
        database=f"file:{quote(str(path))}",
        # rw, not rwc: a file that was removed under us must be an error, not a new empty database.
        query={"uri": "true", "mode": "rw"},
    )
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        # A transaction that writes takes the lock at its first statement: one that has read first can lose it midway.
        # Any of the threads may use a connection, one at a time.
        connect_args={"isolation_level": "IMMEDIATE", "check_same_thread": False},
    )

    _prepare_connections(engine, path)
    return engine


def _prepare_connections(engine: Engine, path: Path) -> None:
    """Let each connection begin with the pragmas, and be used only while `path` is still the file that it opened."""

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def check(connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        # A file that was removed or replaced stays open, and what is written to it is lost.
        if record.info["file"] != _identity(path):
            raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
