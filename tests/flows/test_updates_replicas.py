"""Several processes on one PostgreSQL share the work of one bot, and go on when one of them is killed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from chat import ADMIN
from databases import FreshDatabase
from fake_disease import SaysWhatItIsTold, photo, registry
from phone import TIMEOUT, Message, Phone
from processes import BotProcess, until
from sqlalchemy import Connection, text

from bot.app import answering
from bot.handlers.people.consent import VERSION
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.registry import Registry

PEOPLE = range(1, 13)  # more than one replica has in hand at once
EACH = 2  # photos
# Each has given a sign of life after each had said what it offers, with its first.
KNOW_EACH_OTHER = "SELECT count(*) = 2 AND min(seen) > max(joined) + interval '2 seconds' FROM replicas"


def is_answer(message: Message) -> bool:
    return bool(message["media"])


def answered(phone: Phone) -> list[int]:
    """Return which of the person's messages were answered, in order."""
    said = [event["message"] for event in phone.seen if event["kind"] == "message"]
    return [message["reply_to"] for message in said if message["from"] == "bot" and is_answer(message)]


def holders(connection: Connection) -> set[str]:
    """Return the replicas that have a chat in hand."""
    return set(connection.execute(text("SELECT holder FROM turns WHERE holder IS NOT NULL")).scalars())


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_replicas_share_the_work_and_nothing_is_lost_or_out_of_order_when_the_one_that_polls_is_killed(
    database: FreshDatabase, server: LocalServer, tmp_path: Path
) -> None:
    def replica(name: str, **more: str) -> BotProcess:
        settings: dict[str, str] = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url}
        settings |= {"CHECKUP_DATABASE": database.url, "CHECKUP_ADMINS": str(ADMIN)}
        settings |= {"CHECKUP_SECRET_FILE": str(database.secret_file)}
        return BotProcess(tmp_path / name, "run", **(settings | more))

    await consented(database)
    async with contextlib.AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(Phone(server.url, person)) for person in PEOPLE]
        admin = await stack.enter_async_context(Phone(server.url, ADMIN))
        first = await stack.enter_async_context(replica("first"))
        await until(lambda: "answering as" in first.output())
        second = await stack.enter_async_context(replica("second"))
        await until(lambda: "answering as" in second.output())
        await know_each_other(database)
        server.faults.add("sendPhoto", "timeout", times=1000, after_ms=2000)  # until both have a chat in hand
        sent = [[(await phone.sends_photo(photo()))[0]["message_id"] for _ in range(EACH)] for phone in phones]
        async with asyncio.timeout(TIMEOUT):
            while len(await database.run(holders)) < 2:  # asked again and again
                pass
        await first.killed()
        server.faults.clear()
        for phone in phones:
            for _ in range(EACH):
                await phone.waits_for(is_answer)
        for phone, numbers in zip(phones, sent, strict=True):
            assert list(Counter(answered(phone))) == numbers  # in this order, by their first answers
        third = await stack.enter_async_context(replica("third"))
        await until(lambda: "answering as" in third.output())
        await admin.says("/reload")
        await until(lambda: all("was reloaded" in one.output() for one in (second, third)))
        assert await second.stopped() == 0
        await phones[0].sends_photo(photo())
        await phones[0].waits_for(is_answer)
        assert "Traceback" not in second.output() + third.output()
        stranger = replica("stranger", CHECKUP_SECRET_FILE=str(tmp_path / "another.key"))
        (tmp_path / "another.key").write_bytes(b"x" * 32)
        async with stranger:
            assert await stranger.ended() == 2
            assert "another database's" in stranger.output()
            assert "CHECKUP_SECRET_FILE" in stranger.output()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_photo_waits_for_the_replica_that_has_its_disease(
    database: FreshDatabase, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    settings = Settings.read(
        {
            "CHECKUP_DATABASE": database.url,
            "CHECKUP_SECRET_FILE": str(database.secret_file),
            "CHECKUP_ADMINS": str(ADMIN),
        }
    )
    good = registry(engine)
    bad = Registry(
        entries=tuple(replace(entry, plugin=None, faults=("card.yaml: no such file",)) for entry in good.entries)
    )
    start = partial(answering, settings, api=server.url, token="1:local", pause=0.05)
    await consented(database)
    async with start(registry=bad), start(registry=good):
        await know_each_other(database)
        async with contextlib.AsyncExitStack() as stack:
            phones = [await stack.enter_async_context(Phone(server.url, person)) for person in PEOPLE]
            for phone in phones:
                await phone.sends_photo(photo())
            for phone in phones:
                assert is_answer(await phone.waits_for(lambda message: message["reply_to"] is not None))


async def know_each_other(database: FreshDatabase) -> None:
    """Wait until each of two replicas knows that the other is there, and what it offers."""
    async with asyncio.timeout(TIMEOUT):
        while not await database.run(lambda asked: asked.scalar(text(KNOW_EACH_OTHER))):
            pass  # asked again and again


async def consented(database: FreshDatabase) -> None:
    """Let all have agreed long ago."""
    async with database.open() as store:
        for person in PEOPLE:
            await store.people.give_consent(store.person(person), version=VERSION, now=datetime.now(UTC))
