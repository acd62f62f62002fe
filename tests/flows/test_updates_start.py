"""Whoever cannot be started says in a sentence why, and what to do; never with a traceback or a token."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fake_disease import photo
from phone import Phone
from processes import ROOT, BotProcess, consented, until
from telegram import Update

from bot.app import CannotStart, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import ListedUpdate, Store
from classifiers.registry import Registry

TOKEN = "12:not-for-any-log"


async def says(folder: Path, *command: str, fresh: bool = False, **settings: str) -> tuple[int, str]:
    """Return exit status and output of a command that should end by itself; of a `fresh` one also what imports say."""
    async with BotProcess(folder, *command, fresh=fresh, **settings) as running:
        return await running.ended(), running.output()


def in_the_way(folder: Path, part: str) -> Path:
    """Make a folder where a part of the database is to be a file that the bot may write."""
    (folder / f"checkup.db.{part}").mkdir(parents=True)
    return folder


async def test_what_is_missing_or_wrong_is_named_with_what_to_do(tmp_path: Path, server: LocalServer) -> None:
    port = server.api.rpartition(":")[2]
    told = await asyncio.gather(
        says(tmp_path / "a", "run", fresh=True),
        says(tmp_path / "b", "demo", fresh=True, CHECKUP_PORT=port),
        says(tmp_path / "c", "run", CHECKUP_TOKEN="secret", CHECKUP_PORT="eighty", CHECKUP_COLOUR="red"),
        says(tmp_path / "d", "run", CHECKUP_TOKEN=TOKEN, CHECKUP_REGISTRY="nowhere.yaml"),
        says(tmp_path / "h", "demo", CHECKUP_PORT="0", CHECKUP_HOME="/dev/null"),
        says(in_the_way(tmp_path / "i", "lock"), "run", CHECKUP_TOKEN=TOKEN, CHECKUP_API=server.url),
        says(in_the_way(tmp_path / "j", "answered"), "run", CHECKUP_TOKEN="1:local", CHECKUP_API=server.url),
        says(tmp_path / "e", "run", CHECKUP_TOKEN=TOKEN, CHECKUP_DATABASE="sqlite:////proc/no/such.db"),
        says(tmp_path / "f", "run", CHECKUP_TOKEN="secret", CHECKUP_PORT="eighty", CHECKUP_LOG="json"),
        says(tmp_path / "g", "run", fresh=True, CHECKUP_TOKEN=TOKEN, CHECKUP_API=server.url, CHECKUP_LOG="json"),
    )
    expected = [
        ("There is no token", "@BotFather", "CHECKUP_TOKEN", "checkup demo"),
        (f"Port {port} cannot be used", "CHECKUP_PORT"),
        ("CHECKUP_TOKEN: is not a token", "CHECKUP_PORT: ", "CHECKUP_COLOUR: there is no such setting"),
        ("nowhere.yaml",),
        ("/dev/null/local", "choose another folder with CHECKUP_HOME"),
        ("cannot be used", "checkup.db.lock: Is a directory"),
        ("cannot be used", "checkup.db.answered: Is a directory"),
        ("The database sqlite:////proc/no/such.db cannot be used: ",),
        ("CHECKUP_TOKEN: is not a token", "CHECKUP_PORT: "),
        (f"{server.url} refuses the token", "@BotFather", "CHECKUP_TOKEN"),
    ]
    for (status, output), words in zip(told, expected, strict=True):
        assert status == 2, output
        assert [word for word in words if word not in output] == [], output
        for bad in ("Traceback", "Warning", "not-for-any-log", "secret"):
            assert bad not in output
    assert told[3][1].count("nowhere.yaml") == 1, told[3]
    for _, output in told[-2:]:
        assert [event["level"] for event in map(json.loads, output.splitlines())][-1] == "CRITICAL"


async def test_a_token_that_is_taken_back_ends_the_process_with_what_to_do(
    tmp_path: Path, server: LocalServer, phone: Phone
) -> None:
    async with BotProcess(tmp_path, "run", CHECKUP_TOKEN="1:local", CHECKUP_API=server.url) as running:
        await until(lambda: "answering as" in running.output())
        for method in ("getUpdates", "getMe"):
            server.faults.add(method, "401", times=100)
        status = asyncio.create_task(running.ended())
        await phone.says("/help")  # ends the call that waits
        assert await status == 2
        assert "refuses the token: copy it again from @BotFather" in running.output()
        for bad in ("Traceback", "Warning", "1:local"):
            assert bad not in running.output()


@pytest.mark.parametrize("status", ["401", "404"])
async def test_a_server_that_refuses_the_token_for_a_moment_does_not_end_the_bot(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, status: str
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as checkup:
        server.faults.add("getUpdates", status, times=2)
        await phone.says("/help")
        await phone.waits_for("For a good photo")
        await phone.says("/help")
        await phone.waits_for("For a good photo")
        assert not checkup.refused.is_set()


async def test_two_processes_do_not_answer_with_one_sqlite_file(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        with pytest.raises(CannotStart, match="another checkup is answering with it"):
            async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
                raise AssertionError("it runs")
        await phone.says("/help")
        await phone.waits_for("For a good photo")
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.says("/help")
        await phone.waits_for("For a good photo")


async def test_an_update_that_cannot_be_read_is_set_aside_without_its_words_and_the_others_are_answered(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Update.de_json

    def cannot_read(data: Any, bot: Any = None) -> Update:
        if "my very own words" in str(data):
            raise TypeError(f"cannot read {data}")
        return whole(data, bot)

    monkeypatch.setattr(Update, "de_json", cannot_read)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.says("my very own words")
        await phone.says("/help")
        await phone.waits_for("For a good photo")
        await phone.says("my very own words")
        await until(lambda: caplog.text.count("it cannot be read") == 2)
        await phone.says("/help")
        await phone.waits_for("For a good photo")
    async with Store.open(settings.database_url, bot=1) as store:
        listed = await store.unfinished.listed()
    assert [(one.reason, one.has_content) for one in listed] == [("unreadable", True)] * 2
    assert "my very own words" not in caplog.text


async def test_a_thread_that_hangs_does_not_keep_the_process_from_ending(tmp_path: Path, server: LocalServer) -> None:
    await consented(f"sqlite:///{tmp_path / 'checkup.db'}", 1)
    program = (str(ROOT / "tests" / "hanging_bot.py"),)
    settings = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url}
    async with Phone(server.url, 1) as anna:
        await anna.sends_photo(photo())
        for deaths in (1, 2):
            async with BotProcess(tmp_path, program=program, **settings) as running:
                await until(lambda: "it hangs" in running.output())
                assert await running.stopped() == 0
            (hung,) = await _waiting(tmp_path)
            assert (hung.state, hung.reason, hung.deaths) == ("waiting", "interrupted", deaths)


async def _waiting(folder: Path) -> list[ListedUpdate]:
    async with Store.open(f"sqlite:///{folder / 'checkup.db'}") as store:
        return await store.unfinished.listed("waiting")


async def test_a_refused_token_leaves_no_connection_behind(
    settings: Settings, fake_registry: Registry, server: LocalServer
) -> None:
    with pytest.raises(CannotStart, match="refuses the token"):
        async with answering(settings, api=server.url, token=TOKEN, registry=fake_registry):
            raise AssertionError("it runs")
