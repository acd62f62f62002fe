"""On PostgreSQL the bot does what it does on SQLite: a photo held, a kill, an answer, an export, and all of it forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from chat import AGREE, buttons, toast
from databases import FreshDatabase
from fake_disease import photo
from phone import Phone
from processes import TIMEOUT, BotProcess
from sqlalchemy import Connection, func, select

from bot.local import LocalServer
from bot.store.schema import metadata


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_photo_outlives_a_kill_is_answered_exported_and_forgotten(
    database: FreshDatabase, server: LocalServer, phone: Phone, tmp_path: Path
) -> None:
    def process(*command: str) -> BotProcess:
        settings = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url, "CHECKUP_DATABASE": database.url}
        return BotProcess(tmp_path, *command, **settings)

    (sent,) = await phone.sends_photo(photo())
    async with process("run") as first:
        question = await phone.waits_for("I have your photo", timeout=TIMEOUT)
        await first.killed()
    async with process("run") as second:
        await phone.presses(AGREE, question)
        answer = await phone.waits_for(lambda message: bool(message["media"]), timeout=TIMEOUT)
        assert answer["reply_to"] == sent["message_id"]
        await phone.presses("Was this right?", answer)
        await phone.presses("Yes", await phone.waits_for(lambda message: "Yes" in buttons(message)))
        await phone.waits_for_event(toast("Thank you"))
        assert await second.stopped() == 0
    async with process("export", "--format", "jsonl") as third:
        assert await third.ended() == 0
        entry = json.loads(third.output())
    assert (entry["disease"], entry["feedback"]) == ("skin", "yes")
    async with process("run") as fourth:
        await phone.says("/forget")
        await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone", timeout=TIMEOUT))
        await phone.waits_for("Done. Removed")
        assert await fourth.stopped() == 0
    left = await database.run(rows)
    assert {table for table, number in left.items() if number} <= {"inbox", "secret_marks"}  # /forget's own update


def rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
    }
