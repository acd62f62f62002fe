"""Updates wait here, on disk, until they are answered: each chat in its own order, none lost, none for ever."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import UTC, datetime

from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.sending.retry import told_to_wait
from bot.store import Store, StoreError
from bot.workers import Busy

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
MOST_LINED_UP = 500  # in memory; more wait at Telegram
PAUSE = 2.0  # seconds before an update is tried again; twice that before the third time


class UpdateQueue(asyncio.Queue[object]):
    """PTB's update queue, written to the database before Telegram is told "received".

    A chat's updates take turns: the next is queued when the one before is settled, so that an update waiting for its
    turn never holds one of the slots in which updates are handled.
    """

    def __init__(
        self, store: Store, bot: Bot, *, set_aside: Callable[[Update], Awaitable[None]], pause: float = PAUSE
    ) -> None:
        super().__init__()
        self._store, self._bot, self._tell_set_aside, self._pause = store, bot, set_aside, pause
        # By chat; a chat is in here while one of its updates is being handled, the others wait in here for their turn.
        self._turns: dict[int, deque[Update]] = {}
        self._open: set[int] = set()  # update ids lined up or being handled
        self._held: set[int] = set()
        self._errors: dict[int, Exception] = {}
        self._suspects: set[int] = set()  # were in hand when an earlier process died: one of them may have killed it
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
            self._line_up(item)

    async def recover(self) -> int:
        """Line up what an earlier process left unanswered; return how many. Call it before polling."""
        waiting = await self._store.updates.waiting()
        for row in waiting:
            if row.attempts:
                self._suspects.add(row.update_id)
            self._line_up(self._read(row.content))
        return len(waiting)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has not consented yet."""
        await self._store.updates.hold(update.update_id)
        self._held.add(update.update_id)

    async def release(self, person: str) -> int:
        """Line up what was held for this person (the keyed hash); return how many."""
        released = await self._store.updates.release(person)
        for row in released:
            self._line_up(self._read(row.content))
        return len(released)

    def failed(self, update: Update, error: Exception) -> None:
        """Say that handling this update failed; whether it is tried again is decided when its turn ends."""
        self._errors[update.update_id] = error

    def stop(self) -> None:
        """Begin nothing new: what waits stays in the database for the next start."""
        self._stopping = True

    def alone(self, update: Update) -> AbstractAsyncContextManager[object]:
        """Keep suspects apart, so that the one that kills the process takes no other with it, time after time."""
        return self._one_suspect if update.update_id in self._suspects else nullcontext()

    async def begin(self, update: Update) -> int:
        """Count an attempt and return which one it is; 0 where there is to be none: it was forgotten, or we stop."""
        return 0 if self._stopping else await self._store.updates.begin(update.update_id)

    async def cut_short(self, update: Update) -> None:
        """Leave an update that was being handled to the next start; that counts as no attempt."""
        with suppress(StoreError):
            await self._store.updates.take_back(update.update_id)

    async def settle(self, update: Update, attempt: int) -> None:
        """End an update's turn: mark it done, line it up again, or set it aside; then the chat's next has its turn."""
        error = self._errors.get(update.update_id)
        if attempt > MOST_ATTEMPTS:
            await self._set_aside(update, reason="interrupted")
        elif update.update_id in self._held:
            self._held.discard(update.update_id)
        elif attempt and (error is None or isinstance(error, Forbidden)):  # blocked by the user is final
            await self._store.updates.done(update.update_id)
        elif isinstance(error, Busy):
            await self._store.updates.take_back(update.update_id)
            self._later(update, self._pause)
            return
        elif error is not None and not await self._is_to_blame(error):
            await self._store.updates.take_back(update.update_id)
            self._later(update, max(10 * self._pause, told_to_wait(error) if isinstance(error, RetryAfter) else 0))
            return
        elif error is not None and attempt < MOST_ATTEMPTS:
            self._later(update, self._pause * 2 ** (attempt - 1))
            return
        elif error is not None:
            await self._set_aside(update, reason=type(error).__name__)
        self._next(update)

    async def _is_to_blame(self, error: Exception) -> bool:
        """Return whether a failure is the update's own, not that the database or the network is away."""
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
            await self._tell_set_aside(update)
        except Exception as error:  # or its chat would wait for ever
            log.error("update %d: nobody could be told: %s", update.update_id, type(error).__name__)

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
        self._suspects.discard(update.update_id)
        self._open.discard(update.update_id)
        if len(self._open) < MOST_LINED_UP:
            self._room.set()
        waiting = self._turns[_chat(update)]
        if self._stopping or not waiting:  # when stopping, what waits stays in the database for the next start
            del self._turns[_chat(update)]
        else:
            self.put_nowait(waiting.popleft())


def _chat(update: Update) -> int:
    who = update.effective_chat or update.effective_user
    return who.id if who else 0
