"""The inbox: each update is here before Telegram is told "received", and is emptied once it is answered."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from bot.store.engine import Database
from bot.store.records import Waiting
from bot.store.schema import inbox

WAITING = "waiting"  # to be answered
HELD = "held"  # to be answered once the person has consented
DONE = "done"
SET_ASIDE = "set_aside"  # failed too often; for the operator
EXPIRED = "expired"  # not answered within the time we may keep it

_COLUMNS = (inbox.c.update_id, inbox.c.chat, inbox.c.content, inbox.c.attempts)


class Inbox:
    """Updates by their number. Content is here only while an update is unfinished. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        self._insert = database.insert(inbox).on_conflict_do_nothing()

    async def add(self, update_id: int, *, chat: int | None, person: str | None, content: str, now: datetime) -> bool:
        """Keep an update, on the disk before this returns. False when it was here before, finished or not."""
        # Half of a surrogate pair, which no database can hold as text, becomes what JSON escapes it to.
        text = content.encode("utf-8", "backslashreplace").decode()
        row = {"update_id": update_id, "chat": chat, "person": person, "content": text, "received": now}
        async with self._database.transaction() as connection:
            return (await connection.execute(self._insert, row | {"state": WAITING, "attempts": 0})).rowcount == 1

    async def waiting(self) -> list[Waiting]:
        """Return what is to be answered, in order of update_id."""
        return await self._unfinished(inbox.c.state == WAITING)

    async def done(self, update_id: int) -> None:
        """Mark as answered and empty."""
        await self._finish(update_id, DONE)

    async def failed(self, update_id: int, *, reason: str) -> int:
        """Count a failed attempt and return how many there were; 0 when the update is not here (forgotten, say).

        `reason` is a code for the operator, never a person's words; its first 200 characters are kept.
        """
        statement = (
            update(inbox)
            .where(inbox.c.update_id == update_id)
            .values(attempts=inbox.c.attempts + 1, reason=reason[:200])
            .returning(inbox.c.attempts)
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(statement)).scalar() or 0

    async def set_aside(self, update_id: int) -> None:
        """Give up on an update: its number and its last reason stay for the operator, its content goes."""
        await self._finish(update_id, SET_ASIDE)

    async def hold(self, update_id: int) -> None:
        """Keep a waiting update until its person consents."""
        statement = update(inbox).where(inbox.c.update_id == update_id, inbox.c.state == WAITING).values(state=HELD)
        async with self._database.transaction() as connection:
            await connection.execute(statement)

    async def held(self, person: str) -> list[Waiting]:
        """Return what is kept until this person consents, in order of update_id."""
        return await self._unfinished(and_(inbox.c.state == HELD, inbox.c.person == person))

    async def release(self, person: str) -> list[Waiting]:
        """Make what was held for this person waiting again and return it, in order of update_id."""
        statement = (
            update(inbox)
            .where(inbox.c.state == HELD, inbox.c.person == person)
            .values(state=WAITING)
            .returning(*_COLUMNS)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(statement)).all()
        return sorted((Waiting(**row._mapping) for row in rows), key=lambda waiting: waiting.update_id)

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
        """Empty what is unfinished after `keep` and return how many; remove the rows of what was finished by then.

        An expired row stays for as long again, so that the operator can see it.
        """
        old, older = inbox.c.received < now - keep, inbox.c.received < now - 2 * keep
        finished = inbox.c.state.in_((DONE, SET_ASIDE))
        remove = delete(inbox).where(or_(and_(finished, old), and_(inbox.c.state == EXPIRED, older)))
        empty = (
            update(inbox)
            .where(inbox.c.state.in_((WAITING, HELD)), old)
            .values(state=EXPIRED, content=None, person=None, chat=None)
        )
        async with self._database.transaction() as connection:
            await connection.execute(remove)
            return (await connection.execute(empty)).rowcount

    async def last_update_id(self) -> int | None:
        """Return the highest number here, None in an empty inbox."""
        async with self._database.transaction() as connection:
            last: int | None = await connection.scalar(select(func.max(inbox.c.update_id)))
        return last

    async def _unfinished(self, which: ColumnElement[bool]) -> list[Waiting]:
        statement = select(*_COLUMNS).where(which).order_by(inbox.c.update_id)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(statement)).all()
        return [Waiting(**row._mapping) for row in rows]

    async def _finish(self, update_id: int, state: str) -> None:
        statement = update(inbox).where(inbox.c.update_id == update_id).values(state=state, content=None)
        async with self._database.transaction() as connection:
            await connection.execute(statement)
