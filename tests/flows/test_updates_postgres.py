"""On PostgreSQL the bot does what it does on SQLite: a photo held, a kill, an answer, an export, and all of it forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from chat import AGREE, buttons, toast
from databases import FreshDatabase
from fake_disease import photo
from phone import Phone
from processes import BotProcess, all_met, until
from sqlalchemy import Connection, func, select
from tcp_proxy import TcpProxy
from web_proxy import free_port

from bot.app import Checkup, answering
from bot.cli.bench.sample_photos import jpeg_photo
from bot.handlers.people.consent import VERSION
from bot.local import LocalServer
from bot.retry import RetryPolicy
from bot.settings import LOOPBACK, Settings
from bot.store.schema import inbox, metadata
from classifiers.registry import Registry


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_photo_outlives_a_kill_is_answered_exported_and_forgotten(
    database: FreshDatabase, server: LocalServer, phone: Phone, tmp_path: Path
) -> None:
    def process(*command: str) -> BotProcess:
        settings = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url, "CHECKUP_DATABASE": database.url}
        settings |= {"CHECKUP_MONITORING": monitoring, "CHECKUP_SECRET_FILE": str(tmp_path / "the.key")}
        return BotProcess(tmp_path, *command, **settings)

    monitoring = str(free_port())
    (sent,) = await phone.sends_photo(photo())
    async with process("run") as first:
        question = await phone.waits_for("I have your photo")
        await first.killed()
    async with process("run") as second:
        await phone.presses(AGREE, question)
        answer = await phone.waits_for(lambda message: bool(message["media"]))
        assert answer["reply_to"] == sent["message_id"]
        async with (
            aiohttp.ClientSession() as watcher,
            watcher.get(f"http://{LOOPBACK}:{monitoring}/metrics") as metrics,
        ):
            assert "\ncheckup_disk_free_bytes NaN\n" in await metrics.text()  # the database's disk is not here
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
        await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
        await phone.waits_for("Done. Removed")
        assert await fourth.stopped() == 0
    left = await database.run(rows)
    assert {table for table, number in left.items() if number} <= {"inbox", "secret_marks"}  # /forget's own update


def rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
    }


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_an_album_whose_answer_is_on_its_way_when_its_replica_is_killed_is_answered_once_by_the_other(
    database: FreshDatabase, server: LocalServer, phone: Phone, tmp_path: Path
) -> None:
    def replica(name: str, *command: str) -> BotProcess:
        settings = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url, "CHECKUP_DATABASE": database.url}
        return BotProcess(tmp_path / name, *command, CHECKUP_SECRET_FILE=str(database.secret_file), **settings)

    async with database.open(bot=1) as store:
        await store.people.give_consent(store.person(1001), version=VERSION, now=datetime.now(UTC))
    server.faults.add("sendPhoto", "timeout")
    async with replica("first", "run") as first:
        await phone.waits_for_connection()
        async with replica("second", "run") as second:
            await until(lambda: "answering as" in second.output())
            sent = await phone.sends_photo([jpeg_photo(800, 600, seed=seed) for seed in (3, 4, 7)])
            await until(lambda: all_met(server), "for an answer on its way")
            await first.killed()
            answer = await phone.waits_for("I looked at 3 photos together")
            assert answer["reply_to"] in [message["message_id"] for message in sent]
            await phone.says("/help")
            await phone.waits_for("For a good photo")
            assert await second.stopped() == 0
    async with replica("third", "export", "--format", "jsonl") as third:
        assert await third.ended() == 0
        entries = [json.loads(line) for line in third.output().splitlines()]
    (joint,) = [entry for entry in entries if entry["photos"]]
    assert [entry["joint"] for entry in entries if entry is not joint] == [joint["id"]] * 3
    assert await database.run(unanswered) == 0


def unanswered(connection: Connection) -> int:
    """Return how many updates are not done."""
    return connection.scalar(select(func.count()).where(inbox.c.state != "done")) or 0


@pytest.fixture
async def network(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TcpProxy]:
    """The network before the database. Whoever finds it away tries again after an hour, as after a long outage."""
    for module in ("polling", "taker"):
        monkeypatch.setattr(f"bot.updates.{module}.ENDLESS", RetryPolicy(first=3600, longest=3600))
    async with TcpProxy(database.url) as opened:
        yield opened


@pytest.fixture
async def checkup(
    database: FreshDatabase, network: TcpProxy, server: LocalServer, fake_registry: Registry, tmp_path: Path
) -> AsyncIterator[Checkup]:
    """The running bot, behind that network."""
    through = urlsplit(database.url)._replace(netloc=f"checkup@{urlsplit(network.url).netloc}").geturl()
    settings = Settings.read({"CHECKUP_DATABASE": through, "CHECKUP_SECRET_FILE": str(tmp_path / "the.key")})
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as running:
        yield running


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_what_came_while_the_database_was_away_is_answered_as_soon_as_it_is_back(
    agreed: Phone, network: TcpProxy, caplog: pytest.LogCaptureFixture
) -> None:
    await network.shut()
    await agreed.sends_photo(photo())
    await until(lambda: "stays at Telegram: the database is away" in caplog.text)
    await network.open()
    assert await agreed.waits_for("looks most like")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_chat_that_could_not_be_let_go_while_the_database_was_away_goes_on_as_soon_as_it_is_back(
    agreed: Phone, server: LocalServer, network: TcpProxy, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendMessage", "502")
    await agreed.says("/help")
    await until(lambda: all_met(server))
    await network.shut()
    await agreed.waits_for("For a good photo")
    await until(lambda: "the database is away, trying again" in caplog.text)
    await network.open()
    await agreed.says("/diseases")
    assert await agreed.waits_for("What I can look at")
