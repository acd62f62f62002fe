"""Updates wait here, on disk, until they are answered: each chat in its own order, none lost, none for ever."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.store import Store, StoreError

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_ATTEMPTS = 3
MOST_LINED_UP = 500  # in memory; more wait at Telegram
AT_ONCE = 8  # more only queue for the connections to Telegram


class Inbox(asyncio.Queue[object]):
    """PTB's update queue, written to the database before Telegram is told "received".

    A chat's updates take turns: the next is queued when the one before is settled, so that an update waiting for its
    turn never holds one of the slots in which updates are handled.
    """

    def __init__(
        self, store: Store, bot: Bot, *, set_aside: Callable[[Update], Awaitable[None]], pause: float = 2.0
    ) -> None:
        super().__init__()
        self._store, self._bot, self._tell_set_aside, self._pause = store, bot, set_aside, pause
        self._turns: dict[
            int, deque[Update]
        ] = {}  # by chat; a chat is in here while one of its updates is being handled
        self._open: set[int] = set()  # update ids lined up or being handled
        self._interrupted: set[int] = set()  # left by an earlier process, perhaps because they ended it
        self._held: set[int] = set()
        self._errors: dict[int, Exception] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = False

    async def put(self, item: object) -> None:
        """Take an update in, once. Raises NetworkError when it cannot be written, which makes PTB fetch it again."""
        if not isinstance(item, Update):  # PTB's signal to stop
            self._stopping = True
            await super().put(item)
            return
        await self._room.wait()
        user, chat = item.effective_user, item.effective_chat
        try:
            is_new = await self._store.inbox.add(
                item.update_id,
                chat=chat.id if chat else None,
                person=self._store.person(user.id) if user else None,
                content=item.to_json(),
                now=datetime.now(UTC),
            )
        except StoreError as error:
            log.error("update %d stays at Telegram: the database cannot be written: %s", item.update_id, error)
            raise NetworkError(f"the update could not be written down: {error.code}") from error
        if is_new:
            self._line_up(item)

    async def recover(self) -> int:
        """Line up what an earlier process left unanswered; return how many. Call it before polling."""
        waiting = await self._store.inbox.waiting()
        for row in waiting:
            self._interrupted.add(row.update_id)
            self._line_up(self._read(row.content))
        return len(waiting)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has not consented yet."""
        await self._store.inbox.hold(update.update_id)
        self._held.add(update.update_id)

    async def release(self, person: str) -> int:
        """Line up what was held for this person (the keyed hash); return how many."""
        released = await self._store.inbox.release(person)
        for row in released:
            self._line_up(self._read(row.content))
        return len(released)

    def failed(self, update: Update, error: Exception) -> None:
        """Say that handling this update failed; whether it is tried again is decided when its turn ends."""
        self._errors[update.update_id] = error

    async def begin(self, update: Update) -> bool:
        """Return whether to handle the update: not one that has already failed, or ended the process, too often."""
        if update.update_id not in self._interrupted:
            return True
        attempts = await self._store.inbox.failed(update.update_id, reason="interrupted")
        self._interrupted.discard(update.update_id)
        return attempts <= MOST_ATTEMPTS

    async def settle(self, update: Update, *, handled: bool = True) -> None:
        """End an update's turn: mark it done, line it up again, or set it aside; then the chat's next has its turn."""
        error = self._errors.get(update.update_id)
        if not handled:
            await self._set_aside(update, reason="interrupted too often")
        elif update.update_id in self._held:
            self._held.discard(update.update_id)
        elif error is None or isinstance(error, Forbidden):  # blocked by the user: final, nothing is left to say
            await self._store.inbox.done(update.update_id)
        elif not await self._is_to_blame(error):
            self._later(update, 10 * self._pause)
            return
        else:
            attempts = await self._store.inbox.failed(update.update_id, reason=type(error).__name__)
            if 0 < attempts < MOST_ATTEMPTS:
                self._later(update, self._pause * 2 ** (attempts - 1))
                return
            if attempts:  # none: its person had it forgotten meanwhile
                await self._set_aside(update, reason=type(error).__name__)
        self._next(update)

    async def _is_to_blame(self, error: Exception) -> bool:
        """Return whether a failure is the update's own, not that the database or the network is away."""
        if isinstance(error, StoreError):
            return False
        if not isinstance(error, NetworkError) or isinstance(error, BadRequest):
            return True
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    async def _set_aside(self, update: Update, *, reason: str) -> None:
        log.error("update %d is set aside: %s", update.update_id, reason)
        await self._store.inbox.set_aside(update.update_id)
        try:
            await self._tell_set_aside(update)
        except TelegramError as error:
            log.error("update %d: nobody could be told: %s", update.update_id, error)

    def _read(self, content: str) -> Update:
        return Update.de_json(json.loads(content), self._bot)

    def _line_up(self, update: Update) -> None:
        self._open.add(update.update_id)
        if len(self._open) >= MOST_LINED_UP:
            self._room.clear()
        chat = _chat(update)
        if chat in self._turns:
            self._turns[chat].append(update)
        elif not self._stopping:
            self._turns[chat] = deque()
            self.put_nowait(update)

    def _later(self, update: Update, seconds: float) -> None:
        """Handle it again after a while; its chat waits, so that answers keep their order."""
        self._errors.pop(update.update_id, None)

        def again() -> None:
            if not self._stopping:
                self.put_nowait(update)

        asyncio.get_running_loop().call_later(seconds, again)

    def _next(self, update: Update) -> None:
        self._errors.pop(update.update_id, None)
        self._open.discard(update.update_id)
        if len(self._open) < MOST_LINED_UP:
            self._room.set()
        waiting = self._turns[_chat(update)]
        if self._stopping or not waiting:  # when stopping, what waits stays in the database for the next start
            del self._turns[_chat(update)]
        else:
            self.put_nowait(waiting.popleft())


class Turns(BaseUpdateProcessor):
    """Handles updates side by side and tells the inbox how each ended."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(AT_ONCE)
        self._inbox = inbox

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update, if it may be handled, and settle it; a database that is away is waited for."""
        if not isinstance(update, Update):
            await coroutine
            return
        handled = await _patiently(lambda: self._inbox.begin(update))
        if handled:
            await coroutine
        elif isinstance(coroutine, Coroutine):
            coroutine.close()
        await _patiently(lambda: self._inbox.settle(update, handled=handled))

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""


async def _patiently(act: Callable[[], Awaitable[T]]) -> T:
    pause = 0.5
    while True:
        try:
            return await act()
        except StoreError as error:
            log.error("the database is away, trying again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(30.0, 2 * pause)


def _chat(update: Update) -> int:
    who = update.effective_chat or update.effective_user
    return who.id if who else 0
