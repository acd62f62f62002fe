"""The queue of updates: each is in the database until it is answered, and each chat's are handled in order."""

import asyncio
import logging
from functools import partial

from telegram import Bot, Update

from bot import metrics
from bot.retry import UPDATE, RetryPolicy
from bot.sending.delivery import Delivery
from bot.store import Answered, Standing, Store, StoredUpdate, StoreError
from bot.updates.pending import InHand, PendingUpdate, chat_of
from bot.updates.resolution import Policies, Resolution, SetAside, TryAgain, resolve
from bot.updates.share import Share
from bot.updates.slots import Slots
from bot.updates.strays import Strays
from bot.updates.taker import Taker, WhenDatabaseAnswers
from bot.updates.telling import Notices, Telling
from bot.workers import Busy

log = logging.getLogger(__name__)

MOST_IN_MEMORY = 500  # updates; more wait in the database
OUTAGES_UNTIL_TOLD = 3  # in a row, until a person is told that their update is not forgotten


class UpdateQueue(asyncio.Queue[object]):
    """python-telegram-bot's update queue, written to the database before Telegram is told "received".

    The database is the queue; in memory is what this process has in hand, one update of a chat. It takes a chat whenever a
    slot is free, and lets it go after each update, so that chats take turns, and with whichever replica has a slot.
    """

    def __init__(self, store: Store, bot: Bot, *, notices: Notices, policy: RetryPolicy = UPDATE) -> None:
        super().__init__()
        self._store, self._bot = store, bot
        self._people = Telling(store, notices, at_once=lambda: self.share.at_once)
        self._policies = Policies.paced_by(policy)
        self._when_back = WhenDatabaseAnswers(sleep=store.replicas.pause)
        self._slots = Slots(self.put_nowait, at_once=lambda: self.share.at_once)
        self._pending, self._stopping = InHand(), False
        self._busy: set[int] = set()  # numbers of updates that wait for room in a lane
        self._strays = Strays(store.turns)
        in_hand, late = (lambda: len(self._slots) + len(self._busy)), lambda: self._slots.lateness.seconds
        self.share = Share(in_hand=in_hand, replicas=lambda: store.replicas.count, late=late)
        self._taker = Taker(self._take_one, pause=lambda: self.share.pause)

    async def take(self, update: Update, content: str) -> None:
        """Take an update in, once, with the JSON that it was sent as. Raises StoreError: until this returns, keep it, too."""
        now, chat, user, me = self._store.now(), chat_of(update), update.effective_user, self._store.replicas.me
        take = self._has_room and self.share.takes_at_once
        person, arrive = self._store.person(user.id) if user else None, self._store.turns.arrive
        arrival = await arrive(update.update_id, chat=chat, person=person, content=content, now=now, take=take)
        metrics.updates_received.inc(arrival.is_new)
        if arrival.is_taken and me == self._store.replicas.me:
            standing = arrival.standing
            self._begin(PendingUpdate(update=update, chat=chat, received=now, is_noted=True, standing=standing))
        elif arrival.is_new:
            self._people.wait(update, chat, arrival)
            self._taker.wake()

    async def recover(self) -> None:
        """Join the replicas, and take what an earlier process left unanswered. Call it before any update is taken in."""
        await self._store.replicas.join()
        self._taker.wake()

    def wake(self) -> None:
        """Look for what waits in the database."""
        self._taker.wake()

    async def refresh(self) -> None:
        """Let what waits in the database and has no turn have one, and take it; nobody told of it."""
        await self._strays.repair(known=self._pending.chats)
        self._taker.wake()

    async def set_aside_unreadable(self, update_id: int, content: str) -> None:
        """Keep an update that cannot be read for the operator; the others go on. Raises StoreError."""
        await self._store.updates.add_set_aside(update_id, content=content, reason="unreadable", now=self._store.now())
        metrics.updates_set_aside.inc()
        log.error("update %d is set aside: it cannot be read", update_id)

    async def hold(self, update: Update) -> None:
        """Keep an update that is being handled until `release`: its person has to answer something first."""
        await self._store.updates.hold(update.update_id)
        self._pending[update.update_id].is_held = self.delivery(update).is_held = True

    async def release(self, person: str) -> int:
        """Queue what was held for this person (the keyed hash) and return how many."""
        released = await self._store.updates.release(person)
        self._taker.wake()
        return released

    def failed(self, update: Update, error: Exception) -> None:
        """Note that handling this update failed; `finish_attempt` decides whether it is tried again."""
        self._pending[update.update_id].error = error

    def delivery(self, update: Update) -> Delivery:
        """Return what handling an update that is in hand has come to so far."""
        return self._pending[update.update_id].delivery

    async def standing(self, update: Update, person: str) -> Standing:
        """Return what is known of the person (the keyed hash) of an update in hand since it was taken. Raises StoreError."""
        pending, now = self._pending[update.update_id], self._store.now()
        if pending.standing is None:
            pending.standing = await self._store.people.standing(person, chat=pending.chat, now=now)
        return pending.standing

    async def answered(self, update: Update, answered: Answered, *, more: bool) -> None:
        """Note that a person has the answer to updates, one in hand among them: a kill cannot make them come again.

        Where `more` is still to be said, the database knows before; else when the chat is let go.
        """
        pending = self._pending[update.update_id]
        self._store.answered.note(answered)
        metrics.updates_answered.inc(len(answered.photos) - 1)  # but for the one in hand
        pending.delivery.is_answered = True
        if more:
            await self._when_back(partial(self._store.answered.mark, answered))
        else:
            pending.answered = answered

    def stop(self) -> None:
        """Start nothing new: what waits stays in the database for others, or the next start."""
        self._stopping = True
        self._slots.stop()
        self._people.stop()
        self._taker.stop()

    async def leave(self) -> None:
        """Leave what is in hand to others, once nothing is handled any more."""
        await self._taker.ended()
        unbegun = [number for number, pending in self._pending.items() if not pending.has_begun]
        try:
            await self._store.replicas.leave(unbegun=unbegun)
        except StoreError as error:
            log.error("what is in hand is left to whoever finds it: %s", error)

    def drop_all(self) -> None:
        """Forget what is in hand: it is in the hands of others. Nothing is taken until this process has joined again."""
        self._slots.stop()
        self._slots = Slots(self.put_nowait, at_once=lambda: self.share.at_once)
        self._pending.forget(*self._pending.values())

    async def start_attempt(self, update: Update) -> bool:
        """Note that an update is in hand and return whether to handle it: not when stopping, nor when it was forgotten."""
        pending = self._pending.of(update)
        if self._stopping or pending is None:
            return False
        pending.has_begun = True
        self._store.write_on_behalf_of(update.update_id)
        if not self._policies.own_fault.allows(pending.attempts):  # so often was it alone when the process died
            await self._end(pending, SetAside(reason="interrupted"))
            return False
        start = partial(self._store.updates.start_attempt, update.update_id, alone=self._slots.is_alone(pending))
        waits = pending.delivery.is_answered or pending.is_noted or await self._when_back(start)
        pending.is_noted = False
        pending.delivery.begin(is_suspected=pending.is_suspected)
        if not waits:
            await self._let_go(pending)
        return waits

    async def finish_attempt(self, update: Update) -> None:
        """Mark an update done, queue it again, or set it aside; unless it is queued again, its chat goes on."""
        pending = self._pending.of(update)
        if pending is None:  # it was taken away meanwhile
            return
        error, pending.error = pending.error, None
        resolution = resolve(pending.tried(self._store.now()), error, held=pending.is_held, policies=self._policies)
        if isinstance(resolution, TryAgain):
            await self._try_again(pending, resolution, error)
        else:
            await self._end(pending, resolution)

    async def _try_again(self, pending: PendingUpdate, how: TryAgain, error: Exception | None) -> None:
        number = pending.update.update_id
        if not pending.delivery.is_answered:
            await self._when_back(partial(self._store.updates.end_attempt, number, failed=how.counted))
        pending.has_failed(counted=how.counted)
        if pending.outages == OUTAGES_UNTIL_TOLD:
            self._people.delayed(pending.update, pending.chat)
        self._slots.free(pending.update)
        if isinstance(error, Busy):
            self._taker.beside(self._wait_for_room(pending, error, how.pause))
        else:
            self._slots.add_later(pending, how.pause)

    async def _end(self, pending: PendingUpdate, resolution: Resolution) -> None:
        reason = resolution.reason if isinstance(resolution, SetAside) else None
        if reason:
            log.error("update %d is set aside: %s", pending.update.update_id, reason)
            metrics.updates_set_aside.inc()
        if resolution == "done":
            metrics.count_answer(after=self._store.now() - pending.received)
        await self._let_go(pending, is_done=resolution == "done", set_aside=reason)
        if reason:
            self._people.set_aside(pending.update)

    async def _let_go(self, pending: PendingUpdate, *, is_done: bool = False, set_aside: str | None = None) -> None:
        """Let an update's chat go, and take another one in its place."""
        finish = partial(self._store.turns.finish, pending.update.update_id, pending.chat, answered=pending.answered)
        take = self._slots.may_replace and not self._stopping and self._store.replicas.is_there.is_set()
        finish = partial(finish, is_done=is_done, set_aside=set_aside, take=take, share=not self.share.goes_on)
        taken = await self._when_back(finish)
        self._pending.forget(pending)
        self._people.handled(self._slots.free(pending.update))
        if taken:
            await self._begin_stored(taken)
        if taken or not take or self._store.replicas.count > 1:  # else it has just been seen that nobody waits
            self._taker.wake()

    async def _wait_for_room(self, pending: PendingUpdate, busy: Busy, seconds: float) -> None:
        """Have an update handled again once there is room, interrupted ones first; after so long without, by any replica."""
        number = pending.update.update_id
        self._busy.add(number)
        seconds = self.share.patience(seconds, waiting=len(self._busy))
        there_is = await busy.wait_for_room(seconds, first=pending.deaths > 0)
        self._busy.discard(number)
        is_ours = self._pending.of(pending.update) is not None
        if is_ours and (there_is or self._store.replicas.count == 1):
            self._slots.add(pending)
        elif is_ours:
            await self._when_back(partial(self._store.turns.give_back, pending.chat))
            self._pending.forget(pending)

    async def _take_one(self) -> bool:
        """Take the chat in hand that has waited longest; False where there is none, or no room."""
        if not self._has_room:
            return False
        me = self._store.replicas.me
        taken = await self._when_back(self._store.turns.take)
        if taken and me == self._store.replicas.me:
            await self._begin_stored(taken)
        return taken is not None

    @property
    def _has_room(self) -> bool:
        is_there = self._store.replicas.is_there.is_set() and not self._stopping
        return is_there and self._slots.is_free and len(self._pending) < MOST_IN_MEMORY

    async def _begin_stored(self, row: StoredUpdate) -> None:
        if pending := PendingUpdate.of_row(row, self._bot):
            self._begin(pending)
            return
        log.error("update %d is set aside: it cannot be read", row.update_id)
        await self._when_back(partial(self._store.turns.finish, row.update_id, row.chat, set_aside="unreadable"))

    def _begin(self, pending: PendingUpdate) -> None:
        self._pending[pending.update.update_id] = pending
        self._slots.add(pending)
