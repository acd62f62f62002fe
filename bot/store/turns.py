"""Leases of chats: each is in the hands of one replica at a time, and chats that wait take turns."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, delete, exists, func, select, update

from bot.store.answered_updates import AnsweredUpdates
from bot.store.database import Database
from bot.store.line import TURN, line_up
from bot.store.people import People
from bot.store.prepared import Prepared
from bot.store.records import Answered, Arrival, Standing, StoredUpdate
from bot.store.replicas import Replicas
from bot.store.schema import inbox, turns
from bot.store.states import WAITING
from bot.store.update_table import UpdateTable


class Turns:
    """One bot's chats with updates to be answered. `me` returns the replica that takes. All methods raise StoreError.

    Rows are locked in one order: a chat's turn, then its updates.
    """

    def __init__(
        self,
        database: Database,
        updates: UpdateTable,
        answered: AnsweredUpdates,
        people: People,
        replicas: Replicas,
        *,
        bot: int,
    ) -> None:
        """Work on this database, for the bot with this id."""
        self._database, self._updates, self._answered, self._people = database, updates, answered, people
        self._bot, self._replicas = bot, replicas
        name = bindparam(None, callable_=lambda: replicas.me, type_=String(32))
        now, this = database.now(), (turns.c.bot == bot, turns.c.chat == bindparam("of_chat"))
        self._insert = Prepared(database.insert(turns).values(bot=bot, since=now).on_conflict_do_nothing())
        self._lock = Prepared(select(turns.c.was_told).where(*this).with_for_update())
        line = select(turns.c.chat).where(turns.c.bot == bot, turns.c.holder.is_(None)).order_by(turns.c.since)
        line = line.limit(1).with_for_update(skip_locked=True)
        first, other = line.scalar_subquery(), line.where(turns.c.chat != bindparam("of_chat")).scalar_subquery()
        take = update(turns).where(turns.c.bot == bot).values(holder=name).returning(turns.c.chat)
        self._take = Prepared(take.where(turns.c.chat == first))
        self._take_other = Prepared(take.where(turns.c.chat == other))
        mine = update(turns).where(*this, turns.c.holder == name)
        self._free = Prepared(mine.values(holder=None, since=now))
        self._give_back = Prepared(mine.values(holder=None))
        in_chat = (inbox.c.bot == bot, inbox.c.state == WAITING, inbox.c.chat == bindparam("of_chat"))
        is_empty = ~exists(select(inbox.c.chat).where(*in_chat))
        self._remove = Prepared(delete(turns).where(*this, turns.c.holder.is_(None), is_empty))
        self._unmark = update(inbox).where(*in_chat).values(reason=None)
        self._before = select(func.count()).select_from(inbox).where(*in_chat)
        self._chats = select(func.count()).select_from(turns).where(turns.c.bot == bot)
        self._told = update(turns).where(*this, ~turns.c.was_told).values(was_told=True)

    async def arrive(
        self, update_id: int, *, chat: int, take: bool, person: str | None, now: datetime, **stored: Any
    ) -> Arrival:
        """Store an update as `UpdateTable.add` does; `take` says to take it in hand at once, where its chat is free."""

        def arrive(connection: Connection) -> Arrival:
            is_first, was_told = self._line_up(connection, chat, take=take)
            is_taken = is_first and take
            row = self._updates.row(update_id, chat=chat, person=person, now=now, in_hand=is_taken, **stored)
            if not self._updates.insert(connection, row):
                if is_taken:
                    self._free.count(connection, of_chat=chat)
                self._remove.count(connection, of_chat=chat)
                return Arrival(is_new=False)
            if is_taken:
                standing = self._standing(connection, person, chat, now)
                return Arrival(is_new=True, is_taken=True, standing=standing)
            if is_first:
                self._database.tell(connection, f"{self._bot} {TURN}")
            return Arrival(is_new=True) if was_told else self._waiting(connection, chat)

        return await self._database.write(arrive)

    async def take(self) -> StoredUpdate | None:
        """Take the chat in hand that has waited longest, and return its first update; None where nobody waits."""
        return await self._database.write(self._next)

    async def finish(
        self,
        update_id: int,
        chat: int,
        *,
        is_done: bool = False,
        answered: Answered | None = None,
        set_aside: str | None = None,
        take: bool = False,
        share: bool = False,
    ) -> StoredUpdate | None:
        """Let a chat go: it waits for its next turn, or is gone where nothing else waits.

        The update is marked as done, or all that is `answered`, or it is set aside for a reason. `take` says to take another
        one and to return it; with `share` not of this chat: where no other waits, it is left to others.
        """

        def finish(connection: Connection) -> StoredUpdate | None:
            self._free.count(connection, of_chat=chat)
            if answered:
                self._answered.mark_within(connection, answered)
            elif is_done:
                self._updates.mark_done(connection, update_id)
            if set_aside is not None:
                self._updates.mark_set_aside(connection, update_id, reason=set_aside)
            waits = self._remove.count(connection, of_chat=chat) == 0
            taken = self._next(connection, other_than=chat if share else None) if take else None
            if share and waits and taken is None:
                self._database.tell(connection, f"{self._bot} {TURN}")
            return taken

        done = tuple(answered.photos) if answered else (update_id,) if is_done else ()
        with self._updates.answered(*done):
            return await self._database.write(finish, urgent=bool(done))

    async def give_back(self, chat: int) -> None:
        """Let a chat wait again at the place in the line that it was taken from, for whichever replica has room."""

        def give_back(connection: Connection) -> None:
            self._give_back.count(connection, of_chat=chat)
            self._remove.count(connection, of_chat=chat)
            self._database.tell(connection, f"{self._bot} {TURN}")

        await self._database.write(give_back)

    async def tell_once(self, chat: int) -> bool:
        """Return whether a chat's person is to be told that they have to wait: once, until all of theirs is answered."""
        return await self._database.write(
            lambda connection: connection.execute(self._told, {"of_chat": chat}).rowcount == 1
        )

    async def held(self) -> set[int]:
        """Return the chats that this replica has in hand."""
        statement = select(turns.c.chat).where(turns.c.bot == self._bot, turns.c.holder == self._replicas.me)
        return await self._database.read(lambda connection: set(connection.execute(statement).scalars()))

    async def repair(self, strays: Collection[int] = ()) -> None:
        """Let every chat with updates that wait have a turn, and these chats of this replica, which it does not know of."""
        known = select(turns.c.chat).where(turns.c.bot == self._bot)

        def repair(connection: Connection) -> None:
            for chat in strays:
                self._free.count(connection, of_chat=chat)
                connection.execute(self._unmark, {"of_chat": chat})
            line_up(connection, self._database, inbox.c.bot == self._bot, inbox.c.chat.not_in(known))

        await self._database.write(repair)

    def _line_up(self, connection: Connection, chat: int, *, take: bool) -> tuple[bool, bool]:
        """Lock a chat's turn; return whether it is new, and whether its person was told to wait."""
        while True:
            holder = self._replicas.me if take else None
            if self._insert.count(connection, chat=chat, holder=holder) == 1:
                return True, False
            was_told = self._lock.first(connection, of_chat=chat)
            if was_told is not None:
                return False, was_told

    def _next(self, connection: Connection, *, other_than: int | None = None) -> StoredUpdate | None:
        take, left = (self._take, {}) if other_than is None else (self._take_other, {"of_chat": other_than})
        while (chat := take.first(connection, **left)) is not None:
            first = self._updates.first_in(connection, chat)
            if first is not None:
                self._updates.mark_in_hand(connection, first.update_id)
                return replace(first, standing=self._standing(connection, first.person, chat, self._replicas.now()))
            connection.execute(delete(turns).where(turns.c.bot == self._bot, turns.c.chat == chat))
        return None

    def _standing(self, connection: Connection, person: str | None, chat: int, now: datetime) -> Standing | None:
        """Read what is known of the person of an update that is taken in hand: here it costs no transaction of its own."""
        return self._people.standing_within(connection, person=person, chat=chat, now=now) if person else None

    def _waiting(self, connection: Connection, chat: int) -> Arrival:
        ahead = connection.execute(self._before, {"of_chat": chat}).scalar_one() - 1
        return Arrival(is_new=True, ahead=ahead, chats=connection.execute(self._chats).scalar_one())
