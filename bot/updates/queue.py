"""The queue of updates: each is in the database until it is answered, and each chat's are handled in order."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from telegram import Bot, Update

from bot import metrics
from bot.retry import ENDLESS, OUTAGE, UPDATE, RetryPolicy, retry
from bot.sending.delivery import Delivery
from bot.store import SeenPhoto, Store, StoredUpdate, StoreError
from bot.updates.load import Load, is_long
from bot.updates.resolution import Policies, Resolution, SetAside, Tried, TryAgain, resolve
from bot.updates.slots import AT_ONCE, Slots
from bot.updates.turns import PendingUpdate, Turns, chat_of

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_IN_MEMORY = 500  # updates; more wait in the database
OUTAGES_UNTIL_TOLD = 3  # in a row, until a person is told that their update is not forgotten


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


class UpdateQueue(asyncio.Queue[object]):
    """python-telegram-bot's update queue, written to the database before Telegram is told "received".

    Each chat has a chat with one update in memory, and chats take turns: an update that waits for another one, or for
    Telegram, never holds one of the slots in which updates are handled.
    """

    def __init__(self, store: Store, bot: Bot, *, notices: Notices, policy: RetryPolicy = UPDATE) -> None:
        super().__init__()
        self._store, self._bot, self._notices = store, bot, notices
        outage = replace(OUTAGE, first=policy.first, longest=OUTAGE.longest / OUTAGE.first * policy.first)
        self._policies = Policies(own_fault=policy, outage=outage)
        self._turns, self._slots = Turns(room=MOST_IN_MEMORY), Slots(hand_out=self.put_nowait)
        self._load = Load(at_once=AT_ONCE)
        self._stopping = False
        self._telling: set[asyncio.Task[None]] = set()

    async def take(self, update: Update) -> None:
        """Take an update in, once. Raises StoreError: until this returns, whoever brought it has to keep it, too."""
        now, in_hand = datetime.now(UTC), self._slots.is_free and self._turns.is_free(update)
        is_new = await self._write(update, now, in_hand=in_hand)
        metrics.updates_received.inc(is_new)
        pending = PendingUpdate(update=update, received=now, is_noted=in_hand)
        if is_new and self._turns.arrived(pending):
            self._slots.add(self._turns.chat(update), pending)
        elif is_new:
            self._tell_to_wait(update)

    async def recover(self) -> int:
        """Queue what an earlier process left unanswered and return how many. Call it before any update is taken in."""
        await self._store.updates.recover()
        return await self.refresh()

    async def refresh(self) -> int:
        """Queue what waits in the database and is not known here, and return how much that is."""
        unknown = [queue for queue in await self._store.updates.chats() if queue.chat not in self._turns]
        for queue in unknown:
            self._turns.wait(queue.chat, queue.waiting)
        await self._fill()
        return sum(queue.waiting for queue in unknown)

    async def set_aside_unreadable(self, update_id: int, content: str) -> None:
        """Keep an update that cannot be read for the operator; the others go on. Raises StoreError."""
        now = datetime.now(UTC)
        await self._store.updates.add_set_aside(update_id, content=content, reason="unreadable", now=now)
        metrics.updates_set_aside.inc()
        log.error("update %d is set aside: it cannot be read", update_id)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has to answer something first."""
        await self._store.updates.hold(update.update_id)
        self._turns.pending(update).is_held = True

    async def release(self, person: str) -> int:
        """Queue what was held for this person (the keyed hash) and return how many."""
        released = await self._store.updates.release(person)
        for chat in released:
            self._turns.wait(chat, 1)
        await self._fill()
        return len(released)

    def failed(self, update: Update, error: Exception) -> None:
        """Note that handling this update failed; `finish_attempt` decides whether it is tried again."""
        self._turns.pending(update).error = error

    def delivery(self, update: Update) -> Delivery:
        """Return what handling an update that is in hand has come to so far."""
        return self._turns.pending(update).delivery

    async def answered(self, update: Update, photo: SeenPhoto, *, person: str) -> None:
        """Mark the update of a photo as answered: from now on a kill cannot make it come again.

        What is still to be said is lost with the process. `person` is the keyed hash of whoever sent it.
        """
        note = partial(self._store.answered, update.update_id, photo, person=person)
        await _when_database_answers(lambda: note(now=datetime.now(UTC)))
        self.delivery(update).is_answered = True

    def stop(self) -> None:
        """Start nothing new: what waits stays in the database for the next start."""
        self._stopping = True
        self._slots.stop()
        for task in self._telling:
            task.cancel()

    async def start_attempt(self, update: Update) -> bool:
        """Note that an update is in hand and return whether to handle it: not when stopping, nor when it was forgotten."""
        if self._stopping:
            return False
        pending = self._turns.pending(update)
        if not self._policies.own_fault.allows(pending.attempts):  # so often was it alone when the process died
            await self._end(update, SetAside(reason="interrupted"))
            return False
        start = partial(self._store.updates.start_attempt, update.update_id, alone=self._slots.is_alone(pending))
        waits = pending.delivery.is_answered or pending.is_noted or await _when_database_answers(start)
        pending.is_noted = False
        pending.delivery.begin()
        if not waits:
            await self._next(update)
        return waits

    async def finish_attempt(self, update: Update) -> None:
        """Mark an update done, queue it again, or set it aside; unless it is queued again, its chat goes on."""
        pending, chat = self._turns.pending(update), self._turns.chat(update)
        age = datetime.now(UTC) - pending.received
        tried = Tried(attempts=pending.attempts, outages=chat.outages, age=age)
        error, pending.error = pending.error, None
        resolution = resolve(tried, error, held=pending.is_held, policies=self._policies)
        if isinstance(resolution, TryAgain):
            await self._try_again(update, resolution)
        else:
            await self._end(update, resolution)

    async def _try_again(self, update: Update, how: TryAgain) -> None:
        pending, chat = self._turns.pending(update), self._turns.chat(update)
        if not pending.delivery.is_answered:
            end = partial(self._store.updates.end_attempt, update.update_id, failed=how.counted)
            await _when_database_answers(end)
        pending.attempts += how.counted
        chat.outages += not how.counted
        if chat.outages == OUTAGES_UNTIL_TOLD and not chat.was_told:
            chat.was_told = True
            self._tell(self._notices.delayed(update))
        self._slots.free(update)
        self._slots.add_later(chat, pending, how.pause)

    async def _end(self, update: Update, resolution: Resolution) -> None:
        updates, number = self._store.updates, update.update_id
        if isinstance(resolution, SetAside):
            log.error("update %d is set aside: %s", number, resolution.reason)
            metrics.updates_set_aside.inc()
            await _when_database_answers(lambda: updates.set_aside(number, reason=resolution.reason))
            self._tell(self._notices.set_aside(update))
        elif resolution == "done" and not self.delivery(update).is_answered:
            await _when_database_answers(lambda: updates.done(number))
        if resolution == "done":
            metrics.count_answer(received=self._turns.pending(update).received)
        self._turns.chat(update).outages = 0
        await self._next(update)

    async def _next(self, update: Update) -> None:
        """Let a finished update go, and queue the next one of its chat."""
        self._turns.finish(self._turns.chat(update))
        self._load.handled(self._slots.free(update))
        await self._fill()

    async def _fill(self) -> None:
        """Read the next update of each chat whose turn it is and that fits into memory."""
        while not self._stopping and (chat := self._turns.due()):
            row = await _when_database_answers(partial(self._store.updates.next_in, chat.id))
            if row is None:  # it was forgotten, or dropped by another program
                self._turns.finish(chat)
            elif pending := self._read(row):
                chat.current = pending
                self._slots.add(chat, pending)
            else:
                set_aside = partial(self._store.updates.set_aside, row.update_id, reason="unreadable")
                await _when_database_answers(set_aside)
                log.error("update %d is set aside: it cannot be read", row.update_id)
                chat.waiting += 1  # there may be another one behind it
                self._turns.finish(chat)

    def _read(self, row: StoredUpdate) -> PendingUpdate | None:
        try:
            update = Update.de_json(json.loads(row.content), self._bot)
        except Exception:  # whatever stands there; its words must not reach the log
            return None
        return PendingUpdate(update=update, received=row.received, attempts=row.attempts, deaths=row.deaths)

    async def _write(self, update: Update, now: datetime, *, in_hand: bool) -> bool:
        user = update.effective_user
        return await self._store.updates.add(
            update.update_id,
            chat=chat_of(update),
            person=self._store.person(user.id) if user else None,
            content=update.to_json(),
            now=now,
            in_hand=in_hand,
        )

    def _tell_to_wait(self, update: Update) -> None:
        """Tell a person once that there is much to do before it is their update's turn."""
        chat = self._turns.chat(update)
        seconds = self._load.wait(ahead=chat.waiting, chats=len(self._turns))
        if not chat.was_told and is_long(waiting=chat.waiting, seconds=seconds):
            chat.was_told = True
            self._tell(self._notices.wait(update, waiting=chat.waiting, seconds=seconds))

    def _tell(self, notice: Coroutine[object, object, None]) -> None:
        """Send a notice beside the updates that are handled: nobody waits for it."""
        task = asyncio.get_running_loop().create_task(notice, context=Context())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


async def _when_database_answers(call: Callable[[], Awaitable[T]], what: str = "the database is away") -> T:
    """Return what `call` returns, once the database can be used."""
    return await retry(
        call,
        policy=ENDLESS,
        least_pause=lambda error: 0.0 if isinstance(error, StoreError) else None,
        on_pause=lambda error, pause: log.error("%s, trying again in %.1f s: %s", what, pause, error),
    )
