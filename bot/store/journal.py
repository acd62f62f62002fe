"""The journal: one entry for each finding, so that the operator sees how the bot does and nobody sees who asked."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.store.database import Database
from bot.store.records import JournalEntry
from bot.store.schema import journal

_PAGE = 500
_WRITTEN = [column.name for column in journal.c if column.name != "id"]


class Journal:
    """Entries in the order they were written. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def write(self, entry: JournalEntry) -> int:
        """Write an entry (its `id` is ignored) and return its id, which no other entry ever gets."""
        values = {column: getattr(entry, column) for column in _WRITTEN} | {"reasons": list(entry.reasons)}

        def insert_it(connection: Connection) -> int:
            (entry_id,) = connection.execute(insert(journal), values).inserted_primary_key or (0,)
            return int(entry_id)

        return await self._database.write(insert_it)

    async def feedback(self, entry_id: int, person: str, value: str) -> bool:
        """Store a person's feedback on their own entry. False where there is no such entry of theirs."""
        statement = update(journal).where(journal.c.id == entry_id, journal.c.person == person).values(feedback=value)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount == 1)

    async def entries(self, *, since: datetime | None = None) -> AsyncIterator[JournalEntry]:
        """Yield all entries, or those from a time on, by id. They are read in pages, so that writers need not wait."""
        statement = select(journal).order_by(journal.c.id).limit(_PAGE)
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
