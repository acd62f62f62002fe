"""What runs transactions: threads of its own for SQLite, for PostgreSQL a driver that needs none."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import URL, Connection, ExceptionContext, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from bot.store.database_url import connection_string
from bot.store.sqlite_runner import LOCK_TIMEOUT, SQLiteRunner

T = TypeVar("T")

_CONNECTING = 10.0  # seconds that making a connection may take
_FRESH = 1.0  # seconds after its use for which a connection is taken for whole
_READ_ONLY = "25006"  # read_only_sql_transaction
# What each transaction is written for: a server may have another default, with which those that meet would fail.
_ISOLATION = {"default_transaction_isolation": "'read committed'"}
_READERS = 2  # that ask SQLite at the same time
_TOGETHER = 32  # transactions that are written as one, where so many wait


class TransactionRunner(Protocol):
    """Runs transactions on one database."""

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False, single: bool = False) -> T:
        """Return `work(connection)`, done in a transaction; urgent ones go first. Raises SQLAlchemyError, OSError.

        `single` says that it is one statement, or only reads.
        """
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
        self._engine = postgres_engine(url, within=_CONNECTING, settings=settings, pool_size=5)
        _try_after_a_pause(self._engine)
        event.listen(self._engine.sync_engine, "handle_error", _let_go_of_a_standby)
        # BEGIN and COMMIT are round trips, too. What only reads sees each time what is committed by then, as in a transaction.
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, work: Callable[[Connection], T], *, urgent: bool = False, single: bool = False) -> T:
        # All in one greenlet: of an AsyncConnection each step has its own, and a task at the end.
        return await greenlet_spawn(_in_transaction, self._single if single else self._engine, work)

    async def close(self) -> None:
        await self._engine.dispose()


def _in_transaction(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    with engine.sync_engine.begin() as connection:
        return work(connection)


def _let_go_of_a_standby(context: ExceptionContext) -> None:
    """Let all connections be made again once one cannot be written to: after a failover the same name is the primary's."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _try_after_a_pause(engine: AsyncEngine) -> None:
    """Have a connection that nobody used for a while tried before it is used: the server, or a network, may have ended it.

    To try each of them every time, as SQLAlchemy's pool_pre_ping does, is a round trip for every transaction.
    """
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def checked_in(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def checked_out(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", -_FRESH) < _FRESH:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def postgres_engine(url: URL, *, within: float, settings: Mapping[str, str] | None = None, **pool: Any) -> AsyncEngine:
    """Return what makes connections to PostgreSQL, each within so many seconds. Raises ImportError."""
    import asyncpg  # noqa: F401, PLC0415 - an extra

    set_all = "; ".join(f"SET {name} = {value}" for name, value in (_ISOLATION | dict(settings or {})).items())

    async def connect() -> Any:
        connection = await _connected(connection_string(url), within)
        try:
            # Not among what a connection begins with: a pooler such as PgBouncer refuses there what it does not know.
            await connection.execute(set_all, timeout=within)
        except BaseException:
            connection.terminate()
            raise
        return connection

    return create_async_engine("postgresql+asyncpg://", async_creator=connect, hide_parameters=True, **pool)


async def _connected(to: str, within: float) -> Any:
    """Return a new connection. Raises OSError, for a host or a port that are none, too: the driver would quote the password."""
    import asyncpg  # noqa: PLC0415

    try:
        return await asyncpg.connect(to, timeout=within)
    except asyncpg.InterfaceError:  # which may be a ValueError, too, and says of what
        raise
    except (ValueError, OverflowError):
        raise OSError("its URL has a host or a port that can be none") from None


def postgres(url: URL) -> Runners:
    """Return the runners of PostgreSQL, which are one and the same. Raises SQLAlchemyError, ImportError."""
    both = _AsyncpgRunner(url)
    return Runners(both, both)


def sqlite(path: Path) -> Runners:
    """Return the runners of an SQLite file, which is made where there is none. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its log and shared memory the same mode
    # One thread writes: SQLite has one writer anyway, and here those who wait for it come in order.
    return Runners(SQLiteRunner(path, at_once=1, together=_TOGETHER), SQLiteRunner(path, at_once=_READERS))
