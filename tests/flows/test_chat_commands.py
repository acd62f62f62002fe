"""Commands tell what there is to know, and /forget removes all of it."""

from __future__ import annotations

import sqlite3

import pytest
from fake_disease import photo
from phone import Phone

from bot.app import Checkup
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


async def test_telegram_shows_commands_and_description(checkup: Checkup, phone: Phone) -> None:
    bot = (await phone.state())["bot"]
    assert [command["command"] for command in bot["commands"]] == [
        "start",
        "skin",
        "help",
        "about",
        "diseases",
        "privacy",
        "forget",
    ]
    assert "not a diagnosis" in bot["description"]
    assert bot["short_description"]


async def test_forget_removes_all_that_is_kept_and_says_what(agreed: Phone, settings: Settings) -> None:
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    done = await agreed.waits_for("Done.")
    assert "with your feedback: 1" in done["text"]
    assert "your agreement: 1" in done["text"]
    async with Store.open(settings.database_url) as store:
        assert [entry async for entry in store.journal.entries()] == []
        assert await store.people.consent(store.person(1001)) is None
    await agreed.sends_photo(photo())
    await agreed.waits_for("18 or over")


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
