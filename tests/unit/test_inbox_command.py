"""`checkup inbox`: the operator sees what could not be answered, never what it says, and decides what becomes of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import sqlite_url
from typer.testing import CliRunner

from bot.__main__ import app
from bot.store import Store

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def url(working_folder: Path) -> str:
    """A database in which updates 7 and 8 were given up and 9 waits."""
    url = sqlite_url(working_folder)

    async def fill() -> None:
        async with Store.open(url, bot=1) as store:
            for number in (7, 8, 9):
                await store.updates.add(number, chat=5, person="carla", content='{"text": "private"}', now=NOW)
            await store.updates.set_aside(7, reason="BadRequest")
            await store.updates.set_aside(8, reason="unreadable")

    asyncio.run(fill())
    return url


def inbox(url: str, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["inbox", *arguments], env={"CHECKUP_DATABASE": url})
    assert "private" not in result.output
    assert "carla" not in result.output
    return result.exit_code, result.output


def test_what_was_given_up_is_listed_with_its_reason_and_without_its_words(url: str) -> None:
    status, said = inbox(url, "list")
    assert status == 0
    assert "7  2026-03-01 12:30 UTC  set_aside  BadRequest" in said
    assert "8  2026-03-01 12:30 UTC  set_aside  unreadable" in said
    assert "waiting" not in said
    assert "9  2026-03-01 12:30 UTC  waiting" in inbox(url, "list", "--all")[1]


def test_an_update_can_be_tried_again_once(url: str) -> None:
    assert inbox(url, "retry", "7") == (0, "update 7: waits again\n")
    assert inbox(url, "retry", "7", "9") == (
        1,
        "update 7: there is nothing to try again\nupdate 9: there is nothing to try again\n",
    )
    assert "7  " not in inbox(url, "list")[1]


def test_an_update_can_be_dropped_with_all_that_was_kept_of_it(url: str) -> None:
    assert inbox(url, "drop", "7", "8") == (0, "update 7: dropped\nupdate 8: dropped\n")
    assert "Nothing is left unanswered." in inbox(url, "list")[1]
    assert inbox(url, "drop", "9")[0] == 1


def test_of_several_bots_one_is_named_where_they_number_an_update_alike(url: str) -> None:
    async def give_up(bot: int, *numbers: int) -> None:
        async with Store.open(url, bot=bot) as store:
            for number in numbers:
                await store.updates.add(number, chat=5, person="carla", content="{}", now=NOW)
                await store.updates.set_aside(number, reason="BadRequest")

    asyncio.run(give_up(2, 7, 10))
    listed = inbox(url, "list")[1]
    assert "7  2026-03-01 12:30 UTC  set_aside  BadRequest  0 failed, 0 interrupted  of bot 1\n" in listed
    assert "7  2026-03-01 12:30 UTC  set_aside  BadRequest  0 failed, 0 interrupted  of bot 2\n" in listed
    which = "update 7: several bots have one, say which: --bot 1 or --bot 2\n"
    assert inbox(url, "drop", "7", "10") == (1, f"{which}update 10: dropped\n")
    assert inbox(url, "retry", "--bot", "2", "7") == (0, "update 7: waits again\n")
    assert inbox(url, "drop", "--bot", "2", "8")[0] == 1
    assert inbox(url, "drop", "7", "8") == (0, "update 7: dropped\nupdate 8: dropped\n")


def test_a_database_that_cannot_be_used_is_said_so(working_folder: Path) -> None:
    (working_folder / "broken.db").write_text("no database " * 100)
    status, said = inbox("sqlite:///broken.db", "list")
    assert status == 2
    assert said.startswith("The database sqlite:///broken.db cannot be used: ")


def test_a_number_that_no_update_has_is_wrong_usage(url: str) -> None:
    assert inbox(url, "drop", "99999999999999999999")[0] == 2
    assert inbox(url, "drop", "7", "--bot", "99999999999999999999")[0] == 2
