"""The journal: one entry for each finding, so that the operator sees how the bot does and nobody sees who asked."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from bot.store.database import Database
from bot.store.records import JournalEntry
from bot.store.schema import journal

_PAGE = 500
_WRITTEN = [column.name for column in journal.c if column.name not in ("id", "source")]
_READ = [column for column in journal.c if column.name != "source"]


class Journal:
    """Entries in the order they were written. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def write(self, entry: JournalEntry, *, source: str | None = None) -> int:
        """Write an entry (its `id` is ignored) and return its id, which no other entry ever gets.

        `source` names the update that it is about: an entry about the same one is replaced, and keeps its id.
        """
        values = {column: getattr(entry, column) for column in _WRITTEN} | {"reasons": list(entry.reasons)}
        insert = self._database.insert(journal).values(**values, source=source)
        upsert = insert.on_conflict_do_update(index_elements=["source"], set_=values).returning(journal.c.id)
        return await self._database.write(lambda connection: connection.execute(upsert).scalar_one())

    async def written_since(self, person: str, time: datetime) -> int:
        """Return how many entries there are about a person since a time."""
        statement = select(func.count()).where(journal.c.person == person, journal.c.time >= time)
        return await self._database.read(lambda connection: connection.scalar(statement) or 0)

    async def forget_sources(self, *, now: datetime, keep: timedelta) -> None:
        """Forget which updates entries are about, once these cannot come again."""
        old = update(journal).where(journal.c.source.is_not(None), journal.c.time < now - keep).values(source=None)
        await self._database.write(lambda connection: connection.execute(old))

    async def feedback(self, entry_id: int, person: str, value: str) -> bool:
        """Store a person's feedback on their own entry. False where there is no such entry of theirs."""
        statement = update(journal).where(journal.c.id == entry_id, journal.c.person == person).values(feedback=value)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount == 1)

    async def entries(self, *, since: datetime | None = None) -> AsyncIterator[JournalEntry]:
        """Yield all entries, or those from a time on, by id. They are read in pages, so that writers need not wait."""
        statement = select(*_READ).order_by(journal.c.id).limit(_PAGE)
        if since is not None:
            statement = statement.where(journal.c.time >= since)
        last = 0
        while True:
            rows = await self._database.read(_all(statement.where(journal.c.id > last)))
            for row in rows:
                yield _entry(**row._mapping)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id


def _all(statement: Select[Any]) -> Callable[[Connection], Sequence[Row[Any]]]:
    return lambda connection: connection.execute(statement).all()


def _entry(*, reasons: list[str], **columns: Any) -> JournalEntry:
    return JournalEntry(reasons=tuple(reasons), **columns)
