"""Chats that get another number: a group that becomes a supergroup takes all that is stored about it along."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.store.database import Database
from bot.store.line import line_up
from bot.store.opinion_tables import move_opinions, opinion_messages
from bot.store.schema import inbox, metadata, moved_chats, turns
from bot.store.states import IN_HAND, IN_HAND_ALONE


class Chats:
    """The present numbers of chats that moved. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def present(self, chat: int | BindParameter[int]) -> ColumnElement[int]:
        """Return what a statement takes for a chat's number now: what was sent before it moved still names the old one."""
        new = select(moved_chats.c.new).where(moved_chats.c.old == chat).scalar_subquery()
        return func.coalesce(new, chat)

    async def move(self, old: int, new: int) -> None:
        """Store under the new number all that is stored under the old one. Harmless when done before."""
        if old == new:
            return
        values = {"new": new, "moved": self._database.now()}
        note = self._database.insert(moved_chats).values(old=old, **values)
        note = note.on_conflict_do_update(index_elements=["old"], set_=values)

        def move(connection: Connection) -> None:
            connection.execute(note)
            _move(connection, old, new)
            line_up(connection, self._database, inbox.c.chat == new)

        await self._database.write(move)

    async def number_now(self, chat: int) -> int:
        """Return a chat's present number, which is the same where it did not move of late."""
        statement = select(self.present(chat))
        return await self._database.read(lambda connection: connection.scalar(statement)) or chat

    async def expire(self, *, now: datetime, keep: timedelta) -> None:
        """Forget what moved before `keep`: nothing that was sent before is still to be answered."""
        old = delete(moved_chats).where(moved_chats.c.moved < now - keep)
        await self._database.write(lambda connection: connection.execute(old))


def _move(connection: Connection, old: int, new: int) -> None:
    for table in metadata.tables.values():
        if table is opinion_messages:
            connection.execute(delete(table).where(table.c.chat == old))  # messages have other numbers in the new one
        elif "chat" in table.c and table is not turns:
            if "chat" in table.primary_key.columns:
                connection.execute(delete(table).where(table.c.chat == old, _is_there(table, new)))
            connection.execute(update(table).where(table.c.chat == old, *_may_move(table)).values(chat=new))
    move_opinions(connection, old, new)
    _rewrite_updates(connection, old, new)


def _may_move(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Leave an update that is in hand where the queue knows it: under the new number it would be begun again."""
    if table is not inbox:
        return ()
    return (or_(inbox.c.reason.is_(None), inbox.c.reason.not_in((IN_HAND, IN_HAND_ALONE))),)


def _is_there(table: Table, new: int) -> ColumnElement[bool]:
    """Return whether the row has a newer twin under the new number."""
    twin = table.alias()
    same = [twin.c[column.name] == column for column in table.primary_key.columns if column.name != "chat"]
    return exists(select(twin.c.chat).where(and_(twin.c.chat == new, *same)))


def _rewrite_updates(connection: Connection, old: int, new: int) -> None:
    """Let the updates that wait name the new number, too: their answers go there."""
    where = (inbox.c.chat == new, inbox.c.content.contains(str(old)))
    rows = connection.execute(select(inbox.c.bot, inbox.c.update_id, inbox.c.content).where(*where)).all()
    for bot, number, content in rows:
        moved = json.dumps(_renamed(json.loads(content), old, new))
        this = and_(inbox.c.bot == bot, inbox.c.update_id == number)
        connection.execute(update(inbox).where(this).values(content=moved))


def _renamed(value: Any, old: int, new: int) -> Any:
    """Return JSON in which every chat of the old number has the new one, and its messages have none: theirs are others' there."""
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    if not isinstance(value, dict):
        return value
    renamed = {key: _renamed(item, old, new) for key, item in value.items()}
    if _is_chat(value, old):
        return {**renamed, "id": new, "type": "supergroup"}
    return {**renamed, "message_id": 0} if "message_id" in value and _is_chat(value.get("chat"), old) else renamed


def _is_chat(value: Any, number: int) -> bool:
    return isinstance(value, dict) and value.get("id") == number and "type" in value
