"""The processor: handles some updates at the same time, and tells the queue how each ended."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any, cast

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.sending import delivery
from bot.updates.queue import UpdateQueue
from bot.updates.share import AT_ONCE

log = logging.getLogger(__name__)

LONGEST = 180.0  # seconds an attempt may take; all that it waits for has shorter limits, so this one is never met


class UpdateProcessor(BaseUpdateProcessor):
    """Handles updates of different chats at the same time."""

    def __init__(self, queue: UpdateQueue) -> None:
        super().__init__(AT_ONCE + 1)  # a suspect may be handed out while others are still in hand
        self._queue = queue
        self._running: set[asyncio.Task[object]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update, if the queue allows an attempt."""
        if not isinstance(update, Update):
            await coroutine
            return
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._running.add(task)
        try:
            await self._handle(update, coroutine)
        except asyncio.CancelledError:  # by `stop`; it stays noted as in hand, since it may be what hangs
            log.info("update %d is left to another process, or the next start", update.update_id)
        finally:
            self._running.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # where no attempt was made

    async def stop(self, *, grace: float) -> None:
        """Start nothing new, and cancel what is still being handled after `grace` seconds."""
        self._queue.stop()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=grace)

    async def drop_all(self) -> None:
        """Cancel what is being handled: this process was taken for dead, and others handle it."""
        self._queue.drop_all()
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to release."""

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if not await self._queue.start_attempt(update):
            return
        delivery.current.set(self._queue.delivery(update))
        try:
            async with asyncio.timeout(LONGEST):
                await coroutine
        except TimeoutError as error:
            self._queue.failed(update, error)
        await self._queue.finish_attempt(update)
