"""The processes that share the work of one bot: who is there, who leads, and whose work is to be done by others.

A replica says every second that it is there, by the database's clock. One that was not seen for LEASE seconds is dead: its
chats are free again, and what it had in hand is noted as interrupted. It is dead after CUT_OFF seconds already where the
connection has ended on which it says so, as that of a process that is killed does at once. The one that joined first leads: it
polls, and does what is to be done once. On SQLite there is one process, which leads, and all before it are dead.
"""

import asyncio
import contextlib
import logging
import math
import secrets
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.store import replica_lock
from bot.store.clock import SharedClock
from bot.store.database import Database
from bot.store.dead_replicas import CUT_OFF, LEASE, DeadReplicas
from bot.store.errors import StoreError
from bot.store.line import TURN
from bot.store.listening import Run
from bot.store.outage_log import OutageLog
from bot.store.rights import check_rights
from bot.store.schema import inbox, replicas, turns
from bot.store.states import WAITING
from bot.store.update_table import UpdateTable

log = logging.getLogger(__name__)

_BEAT = 1.0  # seconds between two signs of life
_GRACE = LEASE.total_seconds()  # that others have to come back after an outage, before they are taken for dead
_TRY_AGAIN = 0.5  # seconds until a lost connection is made again
_STILL_FAILS = 15.0  # seconds after an outage in which what was begun before its end may still fail
_LOOK_AGAIN = 0.1  # seconds until it is looked again whether this process is surely there

RELOAD = "reload"  # what replicas are told where the registry is to be read again


class Replicas:
    """This process among those that answer for one bot. All methods but `stay` raise StoreError."""

    def __init__(self, database: Database, updates: UpdateTable, *, bot: int) -> None:
        """Begin as nobody: see `join`."""
        self._database, self._updates, self._bot = database, updates, bot
        self.me = secrets.token_hex(16)
        self.is_there = asyncio.Event()  # set while this process is one of the replicas
        self.count = 1  # replicas that are there
        self.leads = asyncio.Event()  # set while this one does what only one may do
        self.offered: Callable[[], Collection[str]] = tuple  # gives the diseases that this process has now
        self.offered_elsewhere: frozenset[str] = frozenset()  # those that another replica has
        self._judges_from = 0.0
        self._signed = -math.inf  # when the last sign of life was begun that the database has
        self._failed = -math.inf  # when one failed last
        self._came_back = -math.inf  # when the last outage ended
        self._is_back = asyncio.Event()  # set once the outage of now is over
        self._lock: int | None = None  # that this connection holds, once it has given a sign of life
        self._clock = SharedClock()
        self._dead = DeadReplicas(database, bot=bot)
        self._insert = database.insert(replicas).on_conflict_do_nothing()
        self._all = delete(replicas).where(replicas.c.bot == bot)
        self._sign = update(replicas).where(replicas.c.id == bindparam("me")).values(seen=database.now())
        self._sign = self._sign.values(offers=bindparam("offered"), lock=bindparam("held"))
        self._members = (
            select(replicas.c.id, replicas.c.offers, database.now())
            .where(replicas.c.bot == bot)
            .order_by(replicas.c.joined, replicas.c.id)
        )

    async def join(self) -> None:
        """Be one of the replicas, under a name that nothing is in the hands of; on SQLite the only one."""
        me = secrets.token_hex(16)

        def join(connection: Connection) -> None:
            check_rights(connection, self._database)
            now = self._database.now()
            if not self._database.has_others:
                connection.execute(self._all)
            if self._database.has_others:
                self._clock.compare(connection.execute(select(now)).scalar_one())
            connection.execute(self._insert.values(id=me, bot=self._bot, joined=now, seen=now))
            self._updates.recover(connection)
            self._dead.free(connection)

        began = time.monotonic()
        await self._database.write(join)
        self._signed = began
        self._updates.recovered()
        self.me = me
        self.is_there.set()
        self._wait_before_judging()
        if not self._database.has_others:
            self.leads.set()

    async def stay(self, *, heard: Callable[[str], None], lost: Callable[[], Any]) -> None:
        """Say that this replica is there, once it has joined; `heard` is called with what others tell.

        `lost` is awaited where others took it for dead meanwhile; what it had in hand is theirs then. Begin before `join`:
        to make the connection takes time on a busy machine.
        """
        if not self._database.has_others:
            await asyncio.Event().wait()
        outage = OutageLog()
        while True:
            try:
                async with self._database.listening(lambda notice: self._hear(notice, heard)) as run:
                    await self.is_there.wait()
                    heard(TURN)  # what was told meanwhile
                    await self._beat_on(run, lost, heard, outage)
            except StoreError as error:
                outage.failed(str(error))
                self._failed = time.monotonic()
            finally:
                had_one, self._lock = self._lock is not None, None
                self.leads.clear()  # another one may, soon
                self._wait_before_judging()
            await asyncio.sleep(0 if had_one else _TRY_AGAIN)

    async def be_sure(self) -> None:
        """Return once this process surely is one of the replicas, which it is while it is the only one.

        One that stood still for longer than LEASE, or could not reach the database for longer than CUT_OFF, may have been taken
        for dead: what it has in hand is handled by another one, too. If so it soon learns it, and `lost` cancels who waits here.
        While it stood still, others may have come to one that was the only one.
        """
        while self._may_be_dead:  # noqa: ASYNC110 - time passes
            await asyncio.sleep(_LOOK_AGAIN)

    async def pause(self, seconds: float) -> None:
        """Wait for so long before what failed is tried again, or until an outage of the database is over."""
        if time.monotonic() - self._came_back < _STILL_FAILS:
            seconds = min(seconds, _TRY_AGAIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_back.wait()

    def now(self) -> datetime:
        """Return the time by the database's clock, as it was told with the last sign of life; SQLite has ours."""
        return self._clock.now()

    async def tell(self, what: str) -> None:
        """Tell all other replicas of this bot."""
        notice = f"{self._bot} {what} {self.me}"
        await self._database.write(lambda connection: self._database.tell(connection, notice))

    async def leave(self, *, unbegun: Collection[int] = ()) -> None:
        """Be a replica no more, if it was one: what was begun counts as interrupted, not what is `unbegun`."""
        own = inbox.c.chat.in_(select(turns.c.chat).where(turns.c.bot == self._bot, turns.c.holder == self.me))
        which = (inbox.c.bot == self._bot, inbox.c.update_id.in_(unbegun), inbox.c.state == WAITING, own)

        def leave(connection: Connection) -> None:
            connection.execute(update(inbox).where(*which).values(reason=None))
            connection.execute(delete(replicas).where(replicas.c.id == self.me))
            self._dead.free(connection)

        if not self.is_there.is_set():
            return
        self.leads.clear()
        self.is_there.clear()
        await self._database.write(leave)

    def _hear(self, notice: str, heard: Callable[[str], None]) -> None:
        bot, what, *sender = notice.split()
        if bot == str(self._bot) and sender != [self.me] and self.is_there.is_set():
            heard(what)

    @property
    def _may_be_dead(self) -> bool:
        long_ago = time.monotonic() - (CUT_OFF if self._lock is None else LEASE).total_seconds()
        stood_still = self._database.has_others and self._failed < long_ago
        return self._signed < long_ago and (self.count > 1 or stood_still)

    async def _beat_on(
        self, run: Run[Any], lost: Callable[[], Any], heard: Callable[[str], None], outage: OutageLog
    ) -> None:
        while True:
            began = time.monotonic()
            is_known = await run(self._beat)
            is_back = outage.over()
            if not is_known:
                log.error("this process was taken for dead: others do its work")
                self.leads.clear()
                self.is_there.clear()
                await lost()
                await self.join()
                heard(TURN)
            if is_back:
                self._wake_all()
            if is_known:
                self._signed = began
                await asyncio.sleep(_BEAT)  # else at once another one, with which the others know the lock

    def _beat(self, connection: Connection) -> bool:
        """Give a sign of life, and take away what is dead; False where this replica was taken for dead."""
        lock = self._lock or replica_lock.hold(connection)
        sign = {"me": self.me, "offered": " ".join(self.offered()), "held": lock}
        if connection.execute(self._sign, sign).rowcount == 0:
            return False
        self._lock = lock
        if time.monotonic() >= self._judges_from:
            self._dead.remove(connection)
        members = [(name, (offers or "").split(), now) for name, offers, now in connection.execute(self._members)]
        self._clock.compare(members[0][-1])
        self.count = len(members)
        self.offered_elsewhere = frozenset(one for name, offers, _ in members if name != self.me for one in offers)
        self.leads.set() if members[0][0] == self.me else self.leads.clear()
        return True

    def _wake_all(self) -> None:
        """Let all who wait now try again, and who waits from now on wait for the end of the next outage."""
        self._came_back = time.monotonic()
        self._is_back.set()
        self._is_back = asyncio.Event()

    def _wait_before_judging(self) -> None:
        self._judges_from = time.monotonic() + _GRACE
