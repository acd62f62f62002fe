"""The table `inbox`: each update from before Telegram is told "received" until it is answered, then only its number."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Update, and_, delete, or_, select, update

from bot.store.database import Database
from bot.store.records import StoredUpdate
from bot.store.schema import inbox

WAITING = "waiting"  # to be answered
HELD = "held"  # to be answered once its person has consented, or chosen a disease
DONE = "done"
SET_ASIDE = "set_aside"  # failed too often; for the operator
EXPIRED = "expired"  # not answered within the time we may keep it

_COLUMNS = (inbox.c.update_id, inbox.c.chat, inbox.c.content, inbox.c.attempts)


class UpdateTable:
    """One bot's updates, by update_id. Content is stored only while an update is unfinished. All methods raise StoreError."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database = database
        self._bot = bot
        self._insert = database.insert(inbox).on_conflict_do_nothing()

    async def add(self, update_id: int, *, chat: int | None, person: str | None, content: str, now: datetime) -> bool:
        """Store an update, on the disk when this returns. False where it was stored before, finished or not."""
        # Half of a surrogate pair, which no database can hold as text, becomes what JSON escapes it to.
        text = content.encode("utf-8", "backslashreplace").decode()
        row = {
            "bot": self._bot,
            "update_id": update_id,
            "chat": chat,
            "person": person,
            "content": text,
            "received": now,
        }
        row |= {"state": WAITING, "attempts": 0}
        return await self._database.write(lambda connection: connection.execute(self._insert, row).rowcount == 1)

    async def waiting(self) -> list[StoredUpdate]:
        """Return the updates to be answered, in order of update_id."""
        return await self._unfinished(inbox.c.state == WAITING)

    async def done(self, update_id: int) -> None:
        """Mark an update as answered, and delete its content."""
        await self._finish(update_id, DONE)

    async def start_attempt(self, update_id: int) -> int:
        """Count an attempt before it is made and return its number, from 1; 0 where the update does not wait (any more).

        It stays counted, also if it ends the process, unless it is cancelled or the update is held.
        """
        statement = (
            update(inbox)
            .where(self._is(update_id), inbox.c.state == WAITING)
            .values(attempts=inbox.c.attempts + 1, reason="interrupted")
            .returning(inbox.c.attempts)
        )
        return await self._database.write(lambda connection: connection.execute(statement).scalar() or 0)

    async def cancel_attempt(self, update_id: int) -> None:
        """Uncount the last attempt, which failed for a reason that had nothing to do with the update."""
        statement = update(inbox).where(self._is(update_id), inbox.c.attempts > 0)
        await self._change(statement.values(attempts=inbox.c.attempts - 1, reason=None))

    async def set_aside(self, update_id: int, *, reason: str) -> None:
        """Give up on an update: its number and the reason stay for the operator, its content is deleted.

        `reason` is a code for the operator, never a person's words; its first 200 characters are kept.
        """
        await self._finish(update_id, SET_ASIDE, reason=reason[:200])

    async def hold(self, update_id: int) -> None:
        """Hold a waiting update until `release`; its attempts then count from 1 again."""
        statement = update(inbox).where(self._is(update_id), inbox.c.state == WAITING)
        await self._change(statement.values(state=HELD, attempts=0, reason=None))

    async def held(self, person: str) -> list[StoredUpdate]:
        """Return this person's held updates, in order of update_id."""
        return await self._unfinished(and_(inbox.c.state == HELD, inbox.c.person == person))

    async def release(self, person: str) -> list[StoredUpdate]:
        """Let this person's held updates wait to be answered again, and return them in order of update_id."""
        statement = (
            update(inbox)
            .where(inbox.c.bot == self._bot, inbox.c.state == HELD, inbox.c.person == person)
            .values(state=WAITING)
            .returning(*_COLUMNS)
        )
        rows = await self._database.write(lambda connection: connection.execute(statement).all())
        return sorted((StoredUpdate(**row._mapping) for row in rows), key=lambda waiting: waiting.update_id)

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
        """Delete the content of what is unfinished after `keep`, and the rows of what is finished; return how many expired.

        The row of an expired update stays for as long again, so that the operator can see it.
        """
        old, older = inbox.c.received < now - keep, inbox.c.received < now - 2 * keep
        finished = inbox.c.state.in_((DONE, SET_ASIDE))
        remove = delete(inbox).where(or_(and_(finished, old), and_(inbox.c.state == EXPIRED, older)))
        empty = (
            update(inbox)
            .where(inbox.c.state.in_((WAITING, HELD)), old)
            .values(state=EXPIRED, content=None, person=None, chat=None)
        )

        def clean(connection: Connection) -> int:
            connection.execute(remove)
            return connection.execute(empty).rowcount

        return await self._database.write(clean)

    def _is(self, update_id: int) -> ColumnElement[bool]:
        return and_(inbox.c.bot == self._bot, inbox.c.update_id == update_id)

    async def _unfinished(self, which: ColumnElement[bool]) -> list[StoredUpdate]:
        statement = select(*_COLUMNS).where(inbox.c.bot == self._bot, which).order_by(inbox.c.update_id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [StoredUpdate(**row._mapping) for row in rows]

    async def _finish(self, update_id: int, state: str, *, reason: str | None = None) -> None:
        await self._change(update(inbox).where(self._is(update_id)).values(state=state, content=None, reason=reason))

    async def _change(self, statement: Update) -> None:
        await self._database.write(lambda connection: connection.execute(statement))
