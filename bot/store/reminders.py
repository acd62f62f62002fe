"""Reminders of followed spots: when each is due, and when its person was reminded last."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, or_, select, update

from bot.store.database import Database
from bot.store.schema import reminders, spot_photos, spots

LEASE = timedelta(
    minutes=10
)  # longer than a call is repeated; then one that a dead process was sending is sent by another
_MOST = 200  # that are read at once
_SHOWN = reminders.c["spot", "months", "due"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A person is to be reminded of a spot, every so many months, next when it is due."""

    spot: int
    months: int
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderWish:
    """How a person wants to be reminded: in their private chat, in their language, every so many months, first when due."""

    chat: int
    language: str
    months: int
    chosen: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder that is due; `newest` is when the spot's last photo was sent, `last` when the person was reminded of any."""

    spot: int
    place: str
    person: str
    chat: int
    language: str
    months: int
    chosen: datetime
    sent: datetime | None
    newest: datetime | None
    last: datetime | None


class Reminders:
    """`person` is the keyed hash from Store.person; times are aware. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def choose(self, wish: ReminderWish, *, person: str, spot: int | None = None) -> int:
        """Remind a person of a spot they follow, or of all of them, as they wish; return of how many."""
        theirs = (spots.c.person == person, *([spots.c.id == spot] if spot is not None else []))
        values = asdict(wish)

        def choose(connection: Connection) -> int:
            found = connection.execute(select(spots.c.id).where(*theirs)).scalars().all()
            for one in found:
                statement = self._database.insert(reminders).values(spot=one, person=person, **values)
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["spot"], set_=values | {"claimed": None})
                )
            return len(found)

        return await self._database.write_about_person(choose)

    async def end(self, person: str, *, spot: int | None = None) -> None:
        """Remind a person no more of a spot, or of any; that they were reminded within the week is known until it is over."""
        theirs = (reminders.c.person == person, *([reminders.c.spot == spot] if spot is not None else []))
        statement = update(reminders).where(*theirs).values(due=None, claimed=None)
        await self._database.write(lambda connection: connection.execute(statement))

    async def of(self, person: str) -> list[Reminder]:
        """Return what the person is to be reminded of, the next one first."""
        statement = select(*_SHOWN).where(reminders.c.person == person, reminders.c.due.is_not(None))
        return await self._listed(statement.order_by(reminders.c.due, reminders.c.spot))

    async def due(self, now: datetime) -> list[DueReminder]:
        """Return reminders that are due and that nobody is sending, the longest due first."""
        newest = select(func.max(spot_photos.c.taken)).where(spot_photos.c.spot == spots.c.id).scalar_subquery()
        twin = reminders.alias()
        last = select(func.max(twin.c.sent)).where(twin.c.person == reminders.c.person).scalar_subquery()
        columns = (*reminders.c["spot", "person", "chat", "language", "months", "chosen", "sent"], spots.c.place)
        statement = select(*columns, newest.label("newest"), last.label("last"))
        statement = statement.join(spots, spots.c.id == reminders.c.spot).where(*_free(now))
        statement = statement.order_by(reminders.c.due).limit(_MOST)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [DueReminder(**row._mapping) for row in rows]

    async def put_off(self, which: Collection[int], due: datetime) -> None:
        """Let the reminders of these spots be due later."""
        statement = update(reminders).where(reminders.c.spot.in_(which), reminders.c.due.is_not(None)).values(due=due)
        await self._database.write(lambda connection: connection.execute(statement))

    async def claim(self, person: str, which: Collection[int], now: datetime, *, apart: timedelta) -> list[int]:
        """Take those of a person's reminders in hand that are due and that nobody else has; return their spots.

        There are none where the person is being reminded just now, or was less than `apart` ago.
        """
        twin = reminders.alias()
        lately = or_(twin.c.claimed >= now - LEASE, twin.c.sent > now - apart)
        is_reminded = exists(select(twin.c.spot).where(twin.c.person == person, lately))
        statement = update(reminders).where(reminders.c.spot.in_(which), *_free(now), ~is_reminded)
        statement = statement.values(claimed=now).returning(reminders.c.spot)
        return await self._database.write(lambda connection: sorted(connection.execute(statement).scalars()))

    async def sent(self, next_due: Mapping[int, datetime], now: datetime) -> None:
        """Note that the reminders of these spots were sent, and when they are due again."""

        def note(connection: Connection) -> None:
            for spot, due in next_due.items():
                this = update(reminders).where(reminders.c.spot == spot, reminders.c.claimed.is_not(None))
                connection.execute(this.values(due=due, sent=now, claimed=None))

        await self._database.write(note)

    async def sent_at(self, person: str, sent: datetime) -> list[Reminder]:
        """Return what a person was reminded of in the message sent then, and is to be again."""
        theirs = (reminders.c.person == person, reminders.c.sent == sent, reminders.c.due.is_not(None))
        statement = select(*_SHOWN).where(*theirs)
        return await self._listed(statement.order_by(reminders.c.spot))

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> None:
        """Forget what people are not reminded of any more, once the week is over in which no other reminder may come."""
        ended = and_(reminders.c.due.is_(None), or_(reminders.c.sent.is_(None), reminders.c.sent < now - keep))
        statement = delete(reminders).where(ended)
        await self._database.write(lambda connection: connection.execute(statement))

    async def _listed(self, statement: Select[Any]) -> list[Reminder]:
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [Reminder(**row._mapping) for row in rows]


def _free(now: datetime) -> tuple[Any, ...]:
    unclaimed = or_(reminders.c.claimed.is_(None), reminders.c.claimed < now - LEASE)
    return reminders.c.due <= now, unclaimed
