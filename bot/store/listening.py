"""A connection to PostgreSQL of its own, on which notices arrive (LISTEN) and short transactions are never kept waiting."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, NullPool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.connections import postgres_engine

T = TypeVar("T")

CHANNEL = "checkup"
# Seconds that a transaction here may take: what takes longer is as good as away. A sign of life that is no later still counts,
# while one that is given up ends the connection, and with it what shows the others that this process is there.
LONGEST = 4.0
_CONNECTING = 5.0  # seconds that making the connection may take

Run = Callable[[Callable[[Connection], T]], Awaitable[T]]


def listening_engine(url: URL) -> AsyncEngine:
    """Return what makes such connections: made once, since what it asks a server first takes time. Raises ImportError."""
    # What is written here waits for no disk: a sign of life comes again, the end of a dead replica is seen again, and that an
    # update is answered is said again in the transaction that lets its chat go.
    return postgres_engine(url, within=_CONNECTING, settings={"synchronous_commit": "off"}, poolclass=NullPool)


@asynccontextmanager
async def listening(engine: AsyncEngine, heard: Callable[[str], None]) -> AsyncIterator[Run[Any]]:
    """Call `heard` with each notice while the block runs; gives what runs a transaction on that connection.

    Raises SQLAlchemyError, OSError (a time-out is one).
    """
    async with engine.connect() as connection:
        await _listen(connection, heard)

        async def run(work: Callable[[Connection], T]) -> T:
            async with asyncio.timeout(LONGEST):
                async with connection.begin():
                    return await connection.run_sync(work)

        yield run


async def _listen(connection: AsyncConnection, heard: Callable[[str], None]) -> None:
    """Raises DBAPIError: SQLAlchemy does not see what the driver raises here."""
    import asyncpg  # noqa: PLC0415 - an extra

    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        await driver.add_listener(CHANNEL, lambda _connection, _process, _channel, notice: heard(notice))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise DBAPIError(f"LISTEN {CHANNEL}", None, error) from None
