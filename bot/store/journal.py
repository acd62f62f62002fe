"""The journal: one entry for each finding, so that the operator sees how the bot does and nobody sees who asked."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

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
        insert = database.insert(journal)
        replaced = {column: insert.excluded[column] for column in _WRITTEN}
        upsert = insert.on_conflict_do_update(index_elements=["source"], set_=replaced)
        self._upsert = upsert.returning(journal.c.id)  # made once: it takes longer to make than to execute

    async def write(self, entry: JournalEntry, *, source: str | None = None) -> int:
        """Write an entry (its `id` is ignored) and return its id, which no other entry ever gets.

        `source` names the update that it is about: an entry about the same one is replaced, and keeps its id.
        """
        row = {column: getattr(entry, column) for column in _WRITTEN}
        row |= {"reasons": list(entry.reasons), "source": source}
        return await self._database.write(lambda connection: connection.execute(self._upsert, row).scalar_one())

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
