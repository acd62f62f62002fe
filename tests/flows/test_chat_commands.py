"""Commands tell what there is to know, and /forget removes all of it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from databases import locked
from fake_disease import photo
from phone import Phone
from processes import all_met, on_disk, until
from telegram import Bot, MenuButtonCommands

from bot.app import Checkup
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/help", "tap the spot on the screen to focus"),
        ("/about", "Three kinds of spots"),
        ("/diseases", "Melanoma"),
        ("/privacy", "Your photo is never stored"),
        ("/HELP", "For a good photo"),
        ("/help@checkup_local_bot", "For a good photo"),
    ],
)
async def test_a_command_tells_without_asking_for_consent(
    checkup: Checkup, phone: Phone, command: str, said: str
) -> None:
    await phone.says(command)
    assert await phone.waits_for(said)


async def test_telegram_shows_commands_and_description(checkup: Checkup, phone: Phone, server: LocalServer) -> None:
    bot = (await phone.state())["bot"]
    assert [command["command"] for command in bot["commands"]] == [
        "start",
        "skin",
        "help",
        "about",
        "diseases",
        "spots",
        "report",
        "language",
        "settings",
        "privacy",
        "export",
        "forget",
    ]
    assert "not a diagnosis" in bot["description"]
    assert bot["short_description"]
    async with Bot("1:local", base_url=f"{server.url}/bot") as client:
        assert isinstance(await client.get_chat_menu_button(1001), MenuButtonCommands)


async def test_forget_removes_all_that_is_kept_and_says_what(agreed: Phone, settings: Settings) -> None:
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    await agreed.says("/forget")
    asked = await agreed.waits_for("cannot be undone")
    assert "what you follow over time" in asked["text"]
    await agreed.presses("Yes, remove it all", asked)
    done = await agreed.waits_for("Done.")
    assert "with your feedback: 1" in done["text"]
    assert "your agreement: 1" in done["text"]
    assert "forms not finished" not in done["text"]  # there were none
    async with Store.open(settings.database_url) as store:
        assert [entry async for entry in store.journal.entries()] == []
        assert await store.people.consent(store.person(1001)) is None
    await agreed.sends_photo(photo())
    await agreed.waits_for("18 or over")


async def test_forget_says_so_while_another_program_reads_and_cleans_the_disk_when_it_has_read(
    agreed: Phone, tmp_path: Path
) -> None:
    await agreed.sends_photo(photo(), caption="my very own words")
    await agreed.waits_for("looks most like")
    with contextlib.closing(sqlite3.connect(tmp_path / "checkup.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchall()
        await agreed.says("/forget")
        await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
        assert "I clean the disk as soon as that program is done" in (await agreed.waits_for("Done."))["text"]
        assert b"my very own words" in on_disk(tmp_path)
    await until(lambda: b"my very own words" not in on_disk(tmp_path))


async def test_forget_says_so_while_another_program_holds_the_database_and_removes_all_afterwards(
    agreed: Phone, server: LocalServer, settings: Settings, tmp_path: Path, pragmas: dict[str, int]
) -> None:
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    pragmas["busy_timeout"] = 50
    await agreed.says("/forget")
    question = await agreed.waits_for("cannot be undone")
    server.faults.add("answerCallbackQuery", "timeout", after_ms=500)  # by then the tap is in the database
    await agreed.presses("Yes, remove it all", question)
    await until(lambda: all_met(server))
    with locked(tmp_path):
        await agreed.waits_for("I remove everything as soon as it is done")
    assert "answers in the journal, with your feedback: 1" in (await agreed.waits_for("Done."))["text"]


async def test_forget_can_be_thought_over(agreed: Phone) -> None:
    await agreed.says("/forget")
    await agreed.presses("No, keep it", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Nothing was removed")
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")


async def test_photos_kept_before_consent_are_forgotten_too(checkup: Checkup, phone: Phone, settings: Settings) -> None:
    await phone.sends_photo(photo())
    await phone.waits_for("I have your photo")
    await phone.says("/forget")
    await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
    await phone.waits_for("Done.")
    with sqlite3.connect(settings.database_url.partition(":///")[2]) as database:
        assert database.execute("SELECT count(*) FROM inbox WHERE content LIKE '%photo%'").fetchone() == (0,)
    database.close()
