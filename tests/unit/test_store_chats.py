"""A group that gets another number takes along all that is stored under the old one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from databases import FreshDatabase

from bot.store import Store
from bot.store.schema import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = -5, -100555


def content(chat: int) -> str:
    """Return an update from a group, as JSON."""
    where = {"id": chat, "type": "group", "title": "5, -5"}
    message = {"message_id": 7, "chat": where, "text": "-5", "reply_to_message": {"message_id": 6, "chat": where}}
    return json.dumps({"update_id": 1, "message": message})


async def test_forms_and_updates_that_wait_are_found_under_the_new_number(store: Store) -> None:
    await store.people.save_conversation("ada", OLD, {"at": "age"}, now=NOW)
    await store.updates.add(1, chat=OLD, person="ada", content=content(OLD), now=NOW)
    await store.updates.add(2, chat=-6, person="ada", content=content(-6), now=NOW)
    for _ in range(2):
        await store.chats.move(OLD, NEW)
    assert await store.people.conversation("ada", NEW) == {"at": "age"}
    moved, other = await store.updates.next_in(NEW), await store.updates.next_in(-6)
    assert moved is not None
    assert other is not None
    message = json.loads(moved.content)["message"]
    assert message["chat"] == message["reply_to_message"]["chat"] == {"id": NEW, "type": "supergroup", "title": "5, -5"}
    assert message["message_id"] == message["reply_to_message"]["message_id"] == 0  # others have those numbers there
    assert message["text"] == "-5"
    assert other.content == content(-6)


async def test_what_still_names_the_old_number_means_the_new_one(store: Store) -> None:
    await store.chats.move(OLD, NEW)
    await store.people.save_conversation("ada", OLD, {"at": "age"}, now=NOW)
    assert await store.people.conversation("ada", NEW) == {"at": "age"}
    assert await store.people.conversation("ada", OLD) == {"at": "age"}
    await store.people.drop_conversation("ada", OLD)
    assert await store.people.conversation("ada", NEW) is None


async def test_a_form_begun_under_the_new_number_is_not_replaced_by_an_older_one(store: Store) -> None:
    await store.people.save_conversation("ada", OLD, {"at": "age"}, now=NOW)
    await store.people.save_conversation("bob", OLD, {"at": "age"}, now=NOW)
    await store.people.save_conversation("ada", NEW, {"at": "sex"}, now=NOW)
    await store.chats.move(OLD, NEW)
    assert await store.people.conversation("ada", NEW) == {"at": "sex"}
    assert await store.people.conversation("bob", NEW) == {"at": "age"}


async def test_after_a_restart_too_the_old_number_means_the_new_one(database: FreshDatabase) -> None:
    async with database.open() as store:
        await store.people.save_conversation("ada", OLD, {"at": "age"}, now=NOW)
        await store.chats.move(OLD, NEW)
    async with database.open() as store:
        assert await store.people.conversation("ada", OLD) is not None
        assert await store.people.conversation("ada", NEW) is not None


def test_all_tables_that_name_a_chat_are_moved() -> None:
    with_chat = {table.name for table in metadata.tables.values() if any("chat" in column.name for column in table.c)}
    assert with_chat == {table.name for table in metadata.tables.values() if "chat" in table.c}
