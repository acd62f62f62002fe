"""A connection to PostgreSQL of its own, on which single statements are sent at once, ahead of all transactions that wait."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.listening import LONGEST


class SideConnection:
    """Sends statements one after another, each a transaction of its own; it is made when the first is sent.

    A server does what it has received also when its sender is killed. Whoever sends is told neither of a result nor of an
    error: what must be known is said again in a transaction that is waited for.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Connect through this engine, later."""
        self._engine = engine
        self._due: deque[Callable[[Connection], object]] = deque()
        self._connection: AsyncConnection | None = None
        self._sending: asyncio.Task[None] | None = None

    def send(self, work: Callable[[Connection], object]) -> None:
        """Execute a statement as soon as the running loop comes to it and those before are done."""
        self._due.append(work)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_all())

    async def close(self) -> None:
        """Send what is due, and close the connection. Harmless where there is none."""
        if self._sending:
            await self._sending
        await self._disconnect()

    async def _send_all(self) -> None:
        try:
            while self._due:
                async with asyncio.timeout(LONGEST):
                    await (await self._connected()).run_sync(self._due.popleft())
        except (SQLAlchemyError, OSError):  # a time-out is one
            self._due.clear()
            await self._disconnect()

    async def _connected(self) -> AsyncConnection:
        if self._connection is None:
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await connection.close()
