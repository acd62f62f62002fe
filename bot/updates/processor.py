"""Handles a few updates at the same time, and tells the queue how each ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.retry import RetryPolicy, retry
from bot.store import StoreError
from bot.updates.queue import MOST_ATTEMPTS, UpdateQueue

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 8  # more would only wait for the connections to Telegram
_DATABASE = RetryPolicy(first=0.5)


class UpdateProcessor(BaseUpdateProcessor):
    """Handles updates of different chats at the same time."""

    def __init__(self, queue: UpdateQueue) -> None:
        super().__init__(AT_ONCE)
        self._queue = queue
        self._running: set[asyncio.Task[object]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update, if it may be handled, and record how it ended. Waits for a database that is away."""
        if not isinstance(update, Update):
            await coroutine
            return
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._running.add(task)
        try:
            async with self._queue.isolation(update):
                await self._handle(update, coroutine)
        except asyncio.CancelledError:  # by `stop`
            log.info("update %d is left to the next start", update.update_id)
        finally:
            self._running.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # it was never awaited where the update was not to be handled

    async def stop(self, *, grace: float) -> None:
        """Begin nothing new, and cancel what is still being handled after `grace` seconds."""
        self._queue.stop()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        attempt = await _when_stored(lambda: self._queue.begin(update))
        if 0 < attempt <= MOST_ATTEMPTS:
            try:
                await coroutine
            except asyncio.CancelledError:
                await self._queue.interrupt(update)
                raise
        await _when_stored(lambda: self._queue.finish(update, attempt))


async def _when_stored(call: Callable[[], Awaitable[T]]) -> T:
    """Return what `call` returns, waiting for a database that is away for as long as it takes."""

    def failed(error: Exception, pause: float) -> None:
        log.error("the database is away, trying again in %.1f s: %s", pause, error)

    def passing(error: Exception) -> float | None:
        return 0.0 if isinstance(error, StoreError) else None

    return await retry(call, policy=_DATABASE, passing=passing, failed=failed)
