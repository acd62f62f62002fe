"""SQLite: an engine's transactions on threads of its own, each with a connection that it keeps."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

LOCK_TIMEOUT = 5000  # milliseconds for which a lock that another program holds is waited for

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
    """Work on a connection, and the future of the loop in which its result is waited for."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self._loop.create_future()

    def run(self, connection: Connection) -> T:
        return self.work(connection)

    def tell(self, result: T | None, error: BaseException | None) -> None:
        """Tell whoever waits, from a thread, what came of it."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._end, result, error)

    def _end(self, result: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class SQLiteRunner:
    """An SQLite file and the threads that work on it.

    Of what waits, up to `together` transactions are written as one: the disk is waited for once for all of them.
    """

    def __init__(self, path: Path, *, at_once: int, together: int = 1) -> None:
        """Start `at_once` threads. The file must exist."""
        self._path, self._together = path, together
        self._engine = _engine(path)
        self._urgent: deque[_Transaction[Any]] = deque()
        self._others: deque[_Transaction[Any]] = deque()
        self._wake: SimpleQueue[bool] = SimpleQueue()  # True for each transaction, False for each thread that is to end
        self._threads = [threading.Thread(target=self._serve, name="database", daemon=True) for _ in range(at_once)]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False, single: bool = False) -> T:
        """Return `work(connection)`, done in a transaction; urgent ones go first. Raises what it raises, and the driver."""
        transaction = _Transaction(work)
        (self._urgent if urgent else self._others).append(transaction)
        self._wake.put(True)
        try:
            return await asyncio.shield(transaction.future)
        except asyncio.CancelledError:
            # A thread cannot be cancelled: wait until the transaction is committed or rolled back.
            with suppress(SQLAlchemyError, sqlite3.Error, OSError):
                await transaction.future
            raise

    async def close(self) -> None:
        """Close the connections, once nothing waits any more."""
        ending, self._threads = self._threads, []
        for _ in ending:
            self._wake.put(False)
        for thread in ending:
            await asyncio.to_thread(thread.join)

    def _serve(self) -> None:
        with closing(_KeptConnection(self._engine, self._path)) as connection:
            while self._wake.get():
                self._run(connection, list(self._next()))

    def _run(self, connection: "_KeptConnection", transactions: list[_Transaction[Any]]) -> None:
        if len(transactions) > 1 and self._run_together(connection, transactions):
            return
        for transaction in transactions:
            self._run_alone(connection, transaction)

    def _next(self) -> Iterator[_Transaction[Any]]:
        """Yield those whose turn it is; none where an earlier call took them."""
        with suppress(IndexError):
            for _ in range(self._together):
                yield (self._urgent or self._others).popleft()

    def _run_together(self, kept: "_KeptConnection", transactions: list[_Transaction[Any]]) -> bool:
        """Return whether all were committed as one; where anything fails, nothing was, and each is to be run alone."""
        try:
            with kept.transaction() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                results = [transaction.run(connection) for transaction in transactions]
        except BaseException:  # each is run alone then, and whoever waits for the one that fails is told why
            return False
        for transaction, result in zip(transactions, results, strict=True):
            transaction.tell(result, None)
        return True

    def _run_alone(self, kept: "_KeptConnection", transaction: _Transaction[Any]) -> None:
        try:
            with kept.transaction() as connection:
                result = transaction.run(connection)
        except BaseException as error:  # whatever it is, it belongs to whoever waits for this transaction
            transaction.tell(None, error)
        else:
            transaction.tell(result, None)


class _KeptConnection:
    """A thread's connection, kept while its path is still the file that it opened, and every transaction ends well."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path
        self._connection: Connection | None = None
        self._file: tuple[int, int] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection, and commit at the end; where anything fails, roll back and let the connection go."""
        try:
            connection = self._opened()
            with connection.begin():
                yield connection
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _opened(self) -> Connection:
        # A file that was removed or replaced stays open, and what is written to it is lost.
        if self._connection and self._file != _identity(self._path):
            self.close()
        if self._connection is None:
            self._connection, self._file = self._engine.connect(), _identity(self._path)
        return self._connection


def _engine(path: Path) -> Engine:
    url = URL.create(
        "sqlite",
        database=f"file:{quote(str(path))}",
        # rw, not rwc: a file that was removed under us must be an error, not a new empty database.
        query={"uri": "true", "mode": "rw"},
    )
    # A transaction that writes takes the lock at its first statement: one that has read first can lose it midway.
    arguments = {"isolation_level": "IMMEDIATE"}
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
