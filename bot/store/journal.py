"""The journal: one entry for each finding, so that the operator sees how the bot does and nobody sees who asked."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.store.database import Database
from bot.store.moments import Moment, MomentText
from bot.store.on_behalf import Behalf, UpdateForgotten, current, still_there
from bot.store.prepared import Prepared, Statement
from bot.store.records import JournalEntry
from bot.store.schema import journal

_PAGE = 2000
_READ = [column for column in journal.c if column.name not in ("source", "shown")]
_FIELDS = tuple(column.name for column in _READ)
_WRITTEN = [column.name for column in _READ if column.name != "id"]
_INSERTED = [*_WRITTEN, "source"]


class Journal:
    """Entries in the order they were written. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        self._upsert = Prepared(_upsert(database, on_behalf=False))
        self._upsert_for = Prepared(_upsert(database, on_behalf=True))

    async def write(self, entry: JournalEntry, *, source: str | None = None) -> int:
        """Write an entry (its `id` is ignored) and return its id, which no other entry ever gets.

        `source` names the update that it is about: an entry about the same one is replaced, and keeps its id. Raises
        UpdateForgotten where /forget has removed the update in hand.
        """
        write = partial(self.write_within, entry=entry, source=source, behalf=current.get())
        return await self._database.write(write, single=True)

    def write_within(
        self, connection: Connection, entry: JournalEntry, *, source: str | None = None, behalf: Behalf | None = None
    ) -> int:
        """Do as `write` does, within a transaction, on behalf of an update unless the transaction has seen to that."""
        row = {column: getattr(entry, column) for column in _WRITTEN}
        row |= {"reasons": list(entry.reasons), "source": source}
        row["symptoms"] = None if entry.symptoms is None else list(entry.symptoms)
        if behalf is None:
            written: int = self._upsert.first(connection, **row)
            return written
        # One statement: on PostgreSQL a transaction of two takes three more round trips, for each photo.
        values = {f"new_{name}": value for name, value in row.items()}
        there: int | None = self._upsert_for.first(connection, of_bot=behalf[0], of_number=behalf[1], **values)
        if there is None:
            raise UpdateForgotten
        return there

    async def forget_sources(self, *, now: datetime, keep: timedelta) -> None:
        """Forget which updates entries are about, once these cannot come again, and which messages show them."""
        known = or_(journal.c.source.is_not(None), journal.c.shown.is_not(None))
        old = update(journal).where(known, journal.c.time < now - keep).values(source=None, shown=None)
        await self._database.write(lambda connection: connection.execute(old))

    async def feedback(self, entry_id: int, person: str, value: str) -> bool:
        """Store a person's feedback on their own entry. False where there is no such entry of theirs."""
        statement = update(journal).where(journal.c.id == entry_id, journal.c.person == person).values(feedback=value)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount == 1)

    async def of_person(self, entry_id: int, person: str) -> JournalEntry | None:
        """Return a person's own entry, None where there is no such entry of theirs."""
        statement = select(*_READ).where(journal.c.id == entry_id, journal.c.person == person)
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else _entry(**row._mapping)

    async def parts_of(self, joint: int, person: str) -> tuple[JournalEntry, ...]:
        """Return the entries of the single photos that an entry of a person's stands for."""
        theirs = (journal.c.joint == joint, journal.c.person == person, journal.c.photos.is_(None))
        statement = select(*_READ).where(*theirs).order_by(journal.c.id)
        rows = await self._database.read(_all(statement))
        return tuple(_entry(**row._mapping) for row in rows)

    async def note_symptoms(self, entry_id: int, person: str, codes: Sequence[str]) -> None:
        """Store what a person notices of what their own entry is about, in place of what they said before."""
        statement = update(journal).where(journal.c.id == entry_id, journal.c.person == person)
        statement = statement.values(symptoms=list(codes))
        await self._database.write(lambda connection: connection.execute(statement))

    async def count(self, *, since: datetime | None = None) -> int:
        """Return how many entries there are, or those from a time on."""
        statement = _since(select(func.count()).select_from(journal), since)
        return await self._database.read(lambda connection: connection.scalar(statement) or 0)

    async def entries(self, *, since: datetime | None = None) -> AsyncIterator[JournalEntry]:
        """Yield all entries, or those from a time on, by id. They are read in pages, so that writers need not wait."""
        async for rows in self._pages(select(*_READ), since):
            for row in rows:
                yield _entry(**row._mapping)

    async def pages(
        self, *, since: datetime | None = None, only: Collection[str] = _FIELDS
    ) -> AsyncIterator[Sequence[Row[Any]]]:
        """Yield the same as rows of plain values in the order of an entry's fields, many at once; `only` some, the id among them.

        Probabilities and reasons are JSON, as they are stored, and times ISO 8601 in UTC: reading takes half as long.
        """
        async for rows in self._pages(select(*(_plain(one) for one in _READ if one.name in only)), since):
            yield rows

    async def _pages(self, statement: Select[Any], since: datetime | None) -> AsyncIterator[Sequence[Row[Any]]]:
        statement, last = _since(statement, since).order_by(journal.c.id).limit(_PAGE), 0
        while rows := await self._database.read(_all(statement.where(journal.c.id > last))):
            yield rows
            last = rows[-1].id


def _upsert(database: Database, *, on_behalf: bool) -> Statement:
    """Return what writes an entry, or replaces that about the same update, and returns its id; `on_behalf` of one still there."""
    insert = database.insert(journal)
    replaced = {column: insert.excluded[column] for column in _WRITTEN}
    upsert = insert.on_conflict_do_update(index_elements=["source"], set_=replaced)
    if on_behalf:
        values = [bindparam(f"new_{name}", type_=journal.c[name].type) for name in _INSERTED]
        upsert = upsert.from_select(_INSERTED, select(*values).where(exists(still_there())))
    return upsert.returning(journal.c.id)


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return cast(column, Text).label(column.name)
    return type_coerce(column, MomentText()) if isinstance(column.type, Moment) else column


def _since(statement: Select[Any], since: datetime | None) -> Select[Any]:
    return statement if since is None else statement.where(journal.c.time >= since)


def _all(statement: Select[Any]) -> Callable[[Connection], Sequence[Row[Any]]]:
    return lambda connection: connection.execute(statement).all()


def _entry(*, reasons: list[str], symptoms: list[str] | None, **columns: Any) -> JournalEntry:
    said = None if symptoms is None else tuple(symptoms)
    return JournalEntry(reasons=tuple(reasons), symptoms=said, **columns)
