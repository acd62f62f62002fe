"""Who is handled when: a few updates side by side, one of each chat, none cut off that could still be finished."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.store import StoreError
from bot.updates.queue import MOST_ATTEMPTS, UpdateQueue

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 8  # more only queue for the connections to Telegram


class UpdateProcessor(BaseUpdateProcessor):
    """Handles updates side by side and tells the inbox how each ended."""

    def __init__(self, queue: UpdateQueue) -> None:
        super().__init__(AT_ONCE)
        self._queue = queue
        self._running: set[asyncio.Task[object]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update, if it may be handled, and settle it; a database that is away is waited for."""
        if not isinstance(update, Update):
            await coroutine
            return
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._running.add(task)
        try:
            async with self._queue.alone(update):
                await self._handle(update, coroutine)
        except asyncio.CancelledError:  # by `stop`: nothing is to be done but to go
            log.info("update %d is left to the next start", update.update_id)
        finally:
            self._running.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # where it was not to be handled

    async def stop(self, *, grace: float) -> None:
        """Begin nothing new, and cut short what is still being handled after `grace` seconds."""
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
        attempt = await _patiently(lambda: self._queue.begin(update))
        if 0 < attempt <= MOST_ATTEMPTS:
            try:
                await coroutine
            except asyncio.CancelledError:
                await self._queue.cut_short(update)
                raise
        await _patiently(lambda: self._queue.settle(update, attempt))


async def _patiently(act: Callable[[], Awaitable[T]]) -> T:
    pause = 0.5
    while True:
        try:
            return await act()
        except StoreError as error:
            log.error("the database is away, trying again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(30.0, 2 * pause)
