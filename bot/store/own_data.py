"""All that is stored about one person, as plain values under readable names, for the person themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, or_, select

from bot.store.database import Database
from bot.store.schema import (
    agreements,
    conversations,
    inbox,
    joint_photos,
    journal,
    metadata,
    seen_photos,
    spot_photos,
    spots,
    turns,
)

NAMES = {
    journal: "findings",
    conversations: "forms_not_finished",
    inbox: "messages",
    seen_photos: "photos_known_again",
    joint_photos: "photos_looked_at_together",
    turns: "waiting",
    agreements: "further_consents",
    spots: "followed_spots",
    spot_photos: "photos_of_followed_spots",
}
"""What the tables are called for people; the others have a plain name already."""
_LEFT_OUT = ("person", "holder", "reviewer")  # the same in every row, a process of the operator's, another person


class OwnData:
    """What /export shows. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def of(self, person: str, *, chats: Sequence[int] = ()) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of every table about a person or one of their private chats, ready for JSON.

        A message that is not answered is told of without what it says: it may quote other people.
        """

        def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
            return {
                NAMES.get(table, table.name): [_plain(row._mapping) for row in connection.execute(statement)]
                for table in metadata.sorted_tables
                if (statement := _rows(table, person, chats)) is not None
            }

        return await self._database.read(read)


def _rows(table: Table, person: str, chats: Sequence[int]) -> Select[Any] | None:
    """Return what selects a table's rows about the person; None where it has no column that could name them."""
    theirs: list[ColumnElement[bool]] = []
    if "person" in table.c:
        theirs.append(table.c.person == person)
    if "chat" in table.c:
        theirs.append(table.c.chat.in_(chats))
    columns = [_shown(column) for column in table.c if column.name not in _LEFT_OUT]
    return select(*columns).where(or_(*theirs)).order_by(*table.primary_key.columns) if theirs else None


def _shown(column: Column[Any]) -> ColumnElement[Any]:
    return column.is_not(None).label("is_kept_in_full") if column is inbox.c.content else column


def _plain(row: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
