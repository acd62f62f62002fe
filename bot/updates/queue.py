"""The queue of updates: each is in the database until it is answered, and each chat's are handled in order."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.retry import ENDLESS, UPDATE, RetryPolicy, retry
from bot.store import Store, StoreError
from bot.updates.resolution import SetAside, TryAgain, resolve
from bot.workers import Busy

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_IN_MEMORY = 500  # updates; more wait at Telegram


class UpdateQueue(asyncio.Queue[object]):
    """python-telegram-bot's update queue, written to the database before Telegram is told "received".

    Each chat has a lane: its next update is queued when the one before is finished, so that an update that waits for
    another one never holds one of the slots in which updates are handled.
    """

    def __init__(
        self,
        store: Store,
        bot: Bot,
        *,
        notify_set_aside: Callable[[Update], Awaitable[None]],
        policy: RetryPolicy = UPDATE,
    ) -> None:
        super().__init__()
        self._store, self._bot, self._notify_set_aside, self._policy = store, bot, notify_set_aside, policy
        self._lanes: dict[int, deque[Update]] = {}  # by chat: what waits behind the update that is queued or handled
        self._in_memory: set[int] = set()  # ids of the updates that are queued, handled, or wait in a lane
        self._attempts: dict[int, int] = {}
        self._errors: dict[int, Exception] = {}
        self._held: set[int] = set()
        self._interrupted: set[int] = set()  # were handled when an earlier process died: one of them may have killed it
        self._one_interrupted = asyncio.Lock()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._stopping = False

    async def put(self, item: object) -> None:
        """Take an update in, once. Until this returns, Telegram keeps the update, too."""
        if not isinstance(item, Update):  # how python-telegram-bot tells its application to stop
            await super().put(item)
            return
        await self._has_room.wait()
        await _when_database_answers(
            partial(self._write, item), f"update {item.update_id} stays at Telegram: the database is away"
        )
        if item.update_id not in self._in_memory:  # one that was finished before cannot be started again
            self._enqueue(item)

    async def recover(self) -> int:
        """Queue what an earlier process left unanswered and return how many. Call it before polling."""
        pending = await self._store.updates.waiting()
        for row in pending:
            if row.attempts:
                self._interrupted.add(row.update_id)
            self._enqueue(self._read(row.content))
        return len(pending)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has to answer something first."""
        await self._store.updates.hold(update.update_id)
        self._held.add(update.update_id)

    async def release(self, person: str) -> int:
        """Queue what was held for this person (the keyed hash) and return how many."""
        released = await self._store.updates.release(person)
        for row in released:
            self._enqueue(self._read(row.content))
        return len(released)

    def failed(self, update: Update, error: Exception) -> None:
        """Note that handling this update failed; `finish_attempt` decides whether it is tried again."""
        self._errors[update.update_id] = error

    def stop(self) -> None:
        """Start nothing new: what waits stays in the database for the next start."""
        self._stopping = True

    def exclusive(self, update: Update) -> AbstractAsyncContextManager[object]:
        """Return a lock that lets one interrupted update be handled at a time: if it kills the process, it is known which."""
        return self._one_interrupted if update.update_id in self._interrupted else nullcontext()

    async def start_attempt(self, update: Update) -> bool:
        """Count an attempt and return whether to make it: not when stopping, nor when it was forgotten or tried too often."""
        number = 0
        if not self._stopping:
            number = await _when_database_answers(lambda: self._store.updates.start_attempt(update.update_id))
        self._attempts[update.update_id] = number
        return number > 0 and self._policy.allows(number - 1)

    async def cancel_attempt(self, update: Update) -> None:
        """Leave an update that is being handled to the next start; that counts as no attempt."""
        with suppress(StoreError):
            await self._store.updates.cancel_attempt(update.update_id)

    async def finish_attempt(self, update: Update) -> None:
        """Mark an update done, queue it again, or set it aside; unless it is queued again, its chat goes on."""
        await _when_database_answers(lambda: self._finish_attempt(update))

    async def _finish_attempt(self, update: Update) -> None:
        number, updates = update.update_id, self._store.updates
        error = self._errors.get(number)
        resolution = resolve(
            self._attempts[number],
            error,
            held=number in self._held,
            own_fault=error is not None and await self._is_own_fault(error),
            policy=self._policy,
        )
        match resolution:
            case TryAgain(pause=pause, counted=counted):
                if not counted:
                    await updates.cancel_attempt(number)
                self._enqueue_later(update, pause)
                return
            case SetAside(reason=reason):
                await self._set_aside(update, reason=reason)
            case "done":
                await updates.done(number)
        self._next(update)

    async def _is_own_fault(self, error: Exception) -> bool:
        """Return whether an update caused the error itself: neither the database nor Telegram is away."""
        if isinstance(error, StoreError | RetryAfter | Busy):
            return False
        if not isinstance(error, TelegramError) or isinstance(error, BadRequest):
            return True
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    async def _set_aside(self, update: Update, *, reason: str) -> None:
        log.error("update %d is set aside: %s", update.update_id, reason)
        await self._store.updates.set_aside(update.update_id, reason=reason)
        try:
            await self._notify_set_aside(update)
        except Exception as error:  # whatever it is: its chat must not wait for ever
            log.error("update %d: its set-aside notice could not be sent: %s", update.update_id, type(error).__name__)

    async def _write(self, update: Update) -> None:
        user, chat = update.effective_user, update.effective_chat
        await self._store.updates.add(
            update.update_id,
            chat=chat.id if chat else None,
            person=self._store.person(user.id) if user else None,
            content=update.to_json(),
            now=datetime.now(UTC),
        )

    def _read(self, content: str) -> Update:
        return Update.de_json(json.loads(content), self._bot)

    def _enqueue(self, update: Update) -> None:
        self._in_memory.add(update.update_id)
        if len(self._in_memory) >= MOST_IN_MEMORY:
            self._has_room.clear()
        chat = _chat(update)
        if chat in self._lanes:
            self._lanes[chat].append(update)
        elif not self._stopping:
            self._lanes[chat] = deque()
            self.put_nowait(update)

    def _enqueue_later(self, update: Update, pause: float) -> None:
        """Queue an update again after some seconds; its chat waits, so that answers keep their order."""
        self._errors.pop(update.update_id, None)

        def enqueue() -> None:
            if not self._stopping:
                self.put_nowait(update)

        asyncio.get_running_loop().call_later(pause, enqueue)

    def _next(self, update: Update) -> None:
        """Forget a finished update, and queue the next one of its chat."""
        number = update.update_id
        for numbers in (self._in_memory, self._held, self._interrupted):
            numbers.discard(number)
        self._errors.pop(number, None)
        self._attempts.pop(number, None)
        if len(self._in_memory) < MOST_IN_MEMORY:
            self._has_room.set()
        lane = self._lanes[_chat(update)]
        if self._stopping or not lane:  # when stopping, what waits stays in the database for the next start
            del self._lanes[_chat(update)]
        else:
            self.put_nowait(lane.popleft())


async def _when_database_answers(call: Callable[[], Awaitable[T]], what: str = "the database is away") -> T:
    """Return what `call` returns, once the database can be used."""
    return await retry(
        call,
        policy=ENDLESS,
        least_pause=lambda error: 0.0 if isinstance(error, StoreError) else None,
        on_pause=lambda error, pause: log.error("%s, trying again in %.1f s: %s", what, pause, error),
    )


def _chat(update: Update) -> int:
    sender = update.effective_chat or update.effective_user
    return sender.id if sender else 0
