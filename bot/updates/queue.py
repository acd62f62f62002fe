"""The queue of updates: kept in the database until they are answered, in order within each chat, given up after three attempts."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import UTC, datetime

from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.sending.retry import retry_after
from bot.store import Store, StoreError
from bot.workers import Busy

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
MOST_IN_MEMORY = 500  # in memory; more wait at Telegram
PAUSE = 2.0  # seconds before an update is tried again; twice that before the third time


class UpdateQueue(asyncio.Queue[object]):
    """The update queue of python-telegram-bot, written to the database before Telegram is told "received".

    Only one update of a chat is handled at a time: the next is queued when the one before is finished, so that a waiting
    update never takes one of the slots in which updates are handled.
    """

    def __init__(
        self, store: Store, bot: Bot, *, notify_set_aside: Callable[[Update], Awaitable[None]], pause: float = PAUSE
    ) -> None:
        super().__init__()
        self._store, self._bot, self._notify_set_aside, self._pause = store, bot, notify_set_aside, pause
        # By chat: a chat has an entry while one of its updates is being handled; the others wait in that entry.
        self._waiting: dict[int, deque[Update]] = {}
        self._open: set[int] = set()  # update ids that wait in memory or are being handled
        self._held: set[int] = set()
        self._errors: dict[int, Exception] = {}
        self._suspects: set[int] = (
            set()
        )  # were being handled when an earlier process died: one of them may be the cause
        self._one_suspect = asyncio.Lock()
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = False

    async def put(self, item: object) -> None:
        """Take an update in, once. Raises NetworkError when it cannot be written, which makes PTB fetch it again."""
        if not isinstance(item, Update):  # PTB's signal to stop
            await super().put(item)
            return
        await self._room.wait()
        user, chat = item.effective_user, item.effective_chat
        try:
            await self._store.updates.add(
                item.update_id,
                chat=chat.id if chat else None,
                person=self._store.person(user.id) if user else None,
                content=item.to_json(),
                now=datetime.now(UTC),
            )
        except StoreError as error:
            log.error("update %d stays at Telegram: the database cannot be written: %s", item.update_id, error)
            raise NetworkError(f"the update could not be written down: {error.code}") from error
        if item.update_id not in self._open:  # one that was finished before cannot be begun again, see `begin`
            self._enqueue(item)

    async def recover(self) -> int:
        """Queue what an earlier process left unanswered; return how many. Call it before polling."""
        waiting = await self._store.updates.waiting()
        for row in waiting:
            if row.attempts:
                self._suspects.add(row.update_id)
            self._enqueue(self._read(row.content))
        return len(waiting)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has not consented yet."""
        await self._store.updates.hold(update.update_id)
        self._held.add(update.update_id)

    async def release(self, person: str) -> int:
        """Queue what was held for this person (the keyed hash); return how many."""
        released = await self._store.updates.release(person)
        for row in released:
            self._enqueue(self._read(row.content))
        return len(released)

    def failed(self, update: Update, error: Exception) -> None:
        """Record that handling this update failed; `finish` decides whether it is tried again."""
        self._errors[update.update_id] = error

    def stop(self) -> None:
        """Begin nothing new: what waits stays in the database for the next start."""
        self._stopping = True

    def isolation(self, update: Update) -> AbstractAsyncContextManager[object]:
        """Return a lock that lets only one suspect be handled at a time, so that one which kills the process affects no other."""
        return self._one_suspect if update.update_id in self._suspects else nullcontext()

    async def begin(self, update: Update) -> int:
        """Count an attempt and return which one it is; 0 where there is to be none: it was forgotten, or we stop."""
        return 0 if self._stopping else await self._store.updates.begin(update.update_id)

    async def interrupt(self, update: Update) -> None:
        """Leave an update that was being handled to the next start, without counting the attempt."""
        with suppress(StoreError):
            await self._store.updates.take_back(update.update_id)

    async def finish(self, update: Update, attempt: int) -> None:
        """Mark an update done, queue it again, or set it aside; then queue the next one of its chat."""
        error = self._errors.get(update.update_id)
        if attempt > MOST_ATTEMPTS:
            await self._set_aside(update, reason="interrupted")
        elif update.update_id in self._held:
            self._held.discard(update.update_id)
        elif attempt and (error is None or isinstance(error, Forbidden)):  # blocked by the user: final
            await self._store.updates.done(update.update_id)
        elif isinstance(error, Busy):
            await self._store.updates.take_back(update.update_id)
            self._later(update, self._pause)
            return
        elif error is not None and not await self._is_its_own_fault(error):
            await self._store.updates.take_back(update.update_id)
            self._later(update, max(10 * self._pause, retry_after(error) if isinstance(error, RetryAfter) else 0))
            return
        elif error is not None and attempt < MOST_ATTEMPTS:
            self._later(update, self._pause * 2 ** (attempt - 1))
            return
        elif error is not None:
            await self._set_aside(update, reason=type(error).__name__)
        self._next(update)

    async def _is_its_own_fault(self, error: Exception) -> bool:
        """Return whether the update itself failed, rather than the database or the network being away."""
        if isinstance(error, StoreError | RetryAfter):
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

    def _read(self, content: str) -> Update:
        return Update.de_json(json.loads(content), self._bot)

    def _enqueue(self, update: Update) -> None:
        self._open.add(update.update_id)
        if len(self._open) >= MOST_IN_MEMORY:
            self._room.clear()
        chat = _chat(update)
        if chat in self._waiting:
            self._waiting[chat].append(update)
        elif not self._stopping:
            self._waiting[chat] = deque()
            self.put_nowait(update)

    def _later(self, update: Update, seconds: float) -> None:
        """Queue it again after a while; its chat waits meanwhile, so that answers keep their order."""
        self._errors.pop(update.update_id, None)

        def again() -> None:
            if not self._stopping:
                self.put_nowait(update)

        asyncio.get_running_loop().call_later(seconds, again)

    def _next(self, update: Update) -> None:
        self._errors.pop(update.update_id, None)
        self._suspects.discard(update.update_id)
        self._open.discard(update.update_id)
        if len(self._open) < MOST_IN_MEMORY:
            self._room.set()
        waiting = self._waiting[_chat(update)]
        if self._stopping or not waiting:  # when stopping, what waits stays in the database for the next start
            del self._waiting[_chat(update)]
        else:
            self.put_nowait(waiting.popleft())


def _chat(update: Update) -> int:
    who = update.effective_chat or update.effective_user
    return who.id if who else 0
