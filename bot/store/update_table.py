"""The table `inbox`: each update from before Telegram is told "received" until it is answered, then only its number."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.store.answered_notes import AnsweredNotes
from bot.store.database import Database
from bot.store.line import TURN, line_up
from bot.store.prepared import Prepared
from bot.store.records import StoredUpdate
from bot.store.schema import inbox
from bot.store.states import DONE, EXPIRED, HELD, IN_HAND, IN_HAND_ALONE, SET_ASIDE, WAITING

_COLUMNS = (
    *(inbox.c.update_id, inbox.c.chat, inbox.c.content, inbox.c.attempts, inbox.c.deaths, inbox.c.received),
    *(inbox.c.placeholder, inbox.c.person),
)
_NAMES = [column.name for column in _COLUMNS]


class UpdateTable:
    """One bot's updates, by update_id. Content is stored only while an update is unfinished. All methods raise StoreError."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database = database
        self._bot = bot
        self._answered = AnsweredNotes(database, bot=bot)
        self._insert = Prepared(database.insert(inbox).on_conflict_do_nothing())
        this = update(inbox).where(inbox.c.bot == bot, inbox.c.update_id == bindparam("number"))
        self._done = Prepared(this.values(state=DONE, content=None, reason=None))
        self._in_hand = Prepared(this.values(reason=IN_HAND))
        waits = (inbox.c.bot == bot, inbox.c.state == WAITING, inbox.c.chat == bindparam("of_chat"))
        self._first = Prepared(select(*_COLUMNS).where(*waits).order_by(inbox.c.update_id).limit(1))

    async def add(self, update_id: int, *, chat: int, person: str | None, content: str, now: datetime) -> bool:
        """Store an update, on the disk when this returns. False where it was stored before, finished or not.

        `chat` is the chat whose updates are handled in order; of an update without one, its person's. Nobody is told: an
        update that is to be answered comes through `Turns.arrive`.
        """
        row = self.row(update_id, chat=chat, person=person, content=content, now=now)
        return await self._database.write(lambda connection: self.insert(connection, row))

    def row(
        self, update_id: int, *, chat: int, person: str | None, content: str, now: datetime, in_hand: bool = False
    ) -> dict[str, object]:
        """Return the row of an update that waits; `in_hand` says that its first attempt begins at once."""
        # Half of a surrogate pair, which no database can hold as text, becomes what JSON escapes it to.
        text = content.encode("utf-8", "backslashreplace").decode()
        row: dict[str, object] = {"bot": self._bot, "update_id": update_id, "chat": chat, "person": person}
        row |= {"content": text, "received": now, "state": WAITING, "attempts": 0, "deaths": 0}
        row["reason"] = IN_HAND if in_hand else None
        return row

    def insert(self, connection: Connection, row: dict[str, object]) -> bool:
        """Store a row within a transaction. False where the update was stored before."""
        return self._insert.count(connection, **row) == 1

    def recover(self, connection: Connection) -> None:
        """Mark within a transaction as answered what an earlier process noted; see `recovered`."""
        for number in self._answered.left():
            self.mark_done(connection, number)

    def recovered(self) -> None:
        """Forget what an earlier process noted, once the transaction is through."""
        self._answered.clear()

    async def next_in(self, chat: int) -> StoredUpdate | None:
        """Return the first of a chat's updates to be answered, None where there is none (any more)."""
        return await self._database.read(lambda connection: self.first_in(connection, chat))

    def first_in(self, connection: Connection, chat: int) -> StoredUpdate | None:
        """Do as `next_in` does, within a transaction."""
        rows = self._first.rows(connection, of_chat=chat)
        return StoredUpdate(**dict(zip(_NAMES, rows[0], strict=True))) if rows else None

    async def done(self, update_id: int) -> None:
        """Mark an update as answered, and delete its content."""
        with self.answered(update_id):
            mark = partial(self.mark_done, update_id=update_id)
            await self._database.write(mark, urgent=True, single=True)

    async def waiting_in(self, chat: int, *, most: int) -> list[StoredUpdate]:
        """Return the first updates of a chat that wait, in order of update_id; one in hand is among them."""
        return await self._unfinished(and_(inbox.c.state == WAITING, inbox.c.chat == chat), most=most)

    def note_answered(self, *update_ids: int) -> None:
        """Note that updates are answered from now on: what is killed has left that for `recover`."""
        self._answered.note(*update_ids)

    def answered(self, *update_ids: int) -> AbstractContextManager[None]:
        """Do as `note_answered` does until the block ends, in which the database is told."""
        return self._answered.until_known(*update_ids)

    def mark_done(self, connection: Connection, update_id: int) -> bool:
        """Mark an update as answered within a transaction, and delete its content. False where /forget has removed it."""
        return self._done.count(connection, number=update_id) == 1

    def mark_in_hand(self, connection: Connection, update_id: int) -> None:
        """Note within a transaction that an update is in hand."""
        self._in_hand.count(connection, number=update_id)

    async def start_attempt(self, update_id: int, *, alone: bool = False) -> bool:
        """Note that an update is in hand before it is handled. False where it does not wait (any more).

        `alone` says that nothing else is: should the process die, that counts as the update's own failure.
        """
        statement = update(inbox).where(self._is(update_id), inbox.c.state == WAITING)
        statement = statement.values(reason=IN_HAND_ALONE if alone else IN_HAND)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount == 1, single=True)

    async def end_attempt(self, update_id: int, *, failed: bool) -> None:
        """Let an update wait again; `failed` says that it caused the failure itself, which counts."""
        statement = update(inbox).where(self._is(update_id), inbox.c.state == WAITING)
        await self._change(statement.values(attempts=inbox.c.attempts + int(failed), reason=None))

    async def set_aside(self, update_id: int, *, reason: str) -> None:
        """Give up on an update: it is kept for the operator for as long as any unfinished one.

        `reason` is a code for the operator, never a person's words; its first 200 characters are kept.
        """
        await self._database.write(lambda connection: self.mark_set_aside(connection, update_id, reason=reason))

    def mark_set_aside(self, connection: Connection, update_id: int, *, reason: str) -> None:
        """Do as `set_aside` does, within a transaction."""
        connection.execute(update(inbox).where(self._is(update_id)).values(state=SET_ASIDE, reason=reason[:200]))

    async def add_set_aside(self, update_id: int, *, content: str, reason: str, now: datetime) -> None:
        """Store an update that cannot be read, so that the operator sees it and the others go on."""
        if await self.add(update_id, chat=0, person=None, content=content, now=now):
            await self.set_aside(update_id, reason=reason)

    async def set_placeholder(self, update_id: int, message: int) -> None:
        """Note which message stands in the chat until the update is answered."""
        await self._change(update(inbox).where(self._is(update_id)).values(placeholder=message))

    async def placeholder(self, update_id: int) -> int | None:
        """Return which message stands in the chat for the answer to an update."""
        statement = select(inbox.c.placeholder).where(self._is(update_id))
        found: int | None = await self._database.read(lambda connection: connection.scalar(statement))
        return found

    async def hold(self, update_id: int) -> None:
        """Hold a waiting update until `release`; its attempts then count from 1 again."""
        statement = update(inbox).where(self._is(update_id), inbox.c.state == WAITING)
        await self._change(statement.values(state=HELD, attempts=0, deaths=0, reason=None))

    async def count_held(self, person: str) -> int:
        """Return how many updates are held for this person."""
        statement = select(func.count()).where(inbox.c.bot == self._bot, *_held(person))
        return await self._database.read(lambda connection: connection.scalar(statement) or 0)

    async def held(self, person: str, *, most: int) -> list[StoredUpdate]:
        """Return this person's first held updates, in order of update_id."""
        return await self._unfinished(and_(*_held(person)), most=most)

    async def last_held(self, person: str, *, chat: int) -> StoredUpdate | None:
        """Return the newest update that is held for this person in this chat."""
        where = (inbox.c.bot == self._bot, *_held(person), inbox.c.chat == chat)
        statement = select(*_COLUMNS).where(*where).order_by(inbox.c.update_id.desc()).limit(1)
        rows = await self._rows(statement)
        return rows[0] if rows else None

    async def release(self, person: str) -> int:
        """Let this person's held updates wait to be answered again, and return how many."""
        statement = update(inbox).where(inbox.c.bot == self._bot, *_held(person)).values(state=WAITING)

        def release(connection: Connection) -> int:
            chats = connection.execute(statement.returning(inbox.c.chat)).scalars().all()
            if chats:
                line_up(connection, self._database, inbox.c.bot == self._bot, inbox.c.chat.in_(set(chats)))
                self._database.tell(connection, f"{self._bot} {TURN}")
            return len(chats)

        return await self._database.write(release)

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
        """Delete the content of what is unfinished after `keep`, and the rows of what is finished; return how many expired.

        The row of an expired update stays for as long again, so that the operator can see it.
        """
        old, older = inbox.c.received < now - keep, inbox.c.received < now - 2 * keep
        remove = delete(inbox).where(or_(and_(inbox.c.state == DONE, old), and_(inbox.c.state == EXPIRED, older)))
        unfinished = update(inbox).where(inbox.c.state.in_((WAITING, HELD)), old)
        given_up = update(inbox).where(inbox.c.state == SET_ASIDE, old)
        emptied = {"state": EXPIRED, "content": None, "person": None, "chat": None}

        def clean(connection: Connection) -> int:
            connection.execute(remove)
            connection.execute(given_up.values(emptied))
            return connection.execute(unfinished.values(emptied)).rowcount

        return await self._database.write(clean)

    def _is(self, update_id: int) -> ColumnElement[bool]:
        return and_(inbox.c.bot == self._bot, inbox.c.update_id == update_id)

    async def _unfinished(self, which: ColumnElement[bool], *, most: int) -> list[StoredUpdate]:
        return await self._rows(
            select(*_COLUMNS).where(inbox.c.bot == self._bot, which).order_by(inbox.c.update_id).limit(most)
        )

    async def _rows(self, statement: Select[tuple[object, ...]]) -> list[StoredUpdate]:
        def read(connection: Connection) -> list[StoredUpdate]:
            return [_stored(row) for row in connection.execute(statement)]

        return await self._database.read(read)

    async def _change(self, statement: Update) -> None:
        await self._database.write(lambda connection: connection.execute(statement), single=True)


def _held(person: str) -> tuple[ColumnElement[bool], ...]:
    return inbox.c.state == HELD, inbox.c.person == person


def _stored(row: Row[tuple[object, ...]]) -> StoredUpdate:
    return StoredUpdate(**row._mapping)
