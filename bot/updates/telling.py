"""Tells people of their updates beside those that are handled: nobody waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from functools import partial
from typing import Protocol

from telegram import Update

from bot.store import Arrival, Store, StoreError
from bot.updates.load import Load, is_long

log = logging.getLogger(__name__)


class Notices(Protocol):
    """Tells people about their updates; none of the methods raises an error of Telegram's."""

    async def set_aside(self, update: Update) -> None:
        """Say that an update could not be answered."""
        ...

    async def wait(self, update: Update, *, waiting: int, seconds: float) -> None:
        """Say that so many updates of this chat wait, and about how long."""
        ...

    async def delayed(self, update: Update) -> None:
        """Say that Telegram is in trouble, and that the update is not forgotten."""
        ...


class Telling:
    """What is told, and when: that it takes long once for each chat, until all that waits there is answered."""

    def __init__(self, store: Store, notices: Notices, *, at_once: Callable[[], int]) -> None:
        self._store, self._notices = store, notices
        self._load = Load(at_once=at_once)
        self._tasks: set[asyncio.Task[None]] = set()

    def handled(self, seconds: float) -> None:
        """Note how long an update took."""
        self._load.handled(seconds)

    def wait(self, update: Update, chat: int, arrival: Arrival) -> None:
        """Tell a person that there is much to do before it is their update's turn, where that is so."""
        each = arrival.chats / self._store.replicas.count
        seconds = self._load.wait(ahead=arrival.ahead, chats=each)
        if is_long(waiting=arrival.ahead, seconds=seconds):
            notice = partial(self._notices.wait, update, waiting=arrival.ahead, seconds=seconds)
            self._beside(self._once(chat, notice))

    def delayed(self, update: Update, chat: int) -> None:
        """Tell a person that Telegram is in trouble."""
        self._beside(self._once(chat, partial(self._notices.delayed, update)))

    def set_aside(self, update: Update) -> None:
        """Tell a person that their update could not be answered."""
        self._beside(self._notices.set_aside(update))

    def stop(self) -> None:
        """Tell nothing more."""
        for task in self._tasks:
            task.cancel()

    async def _once(self, chat: int, notice: Callable[[], Awaitable[None]]) -> None:
        try:
            if await self._store.turns.tell_once(chat):
                await notice()
        except StoreError as error:
            log.warning("somebody is not told that they have to wait: %s", error)

    def _beside(self, notice: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(notice, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
