"""Failures of a message, of the network and of the database: each has its own end, and none loses or repeats an answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat import ADMIN
from databases import locked
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone
from processes import all_met, consented, on_disk, states, until
from tcp_proxy import TcpProxy
from telegram import Update
from wire import Wire

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry


@pytest.fixture
async def checkup(server: LocalServer, settings: Settings, fake_registry: Registry) -> AsyncIterator[Checkup]:
    """The running bot, which tries again sooner."""
    await consented(settings.database_url, 1001)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry, pause=0.05) as running:
        yield running


def answers(phone: Phone) -> int:
    """Return how many photos were answered."""
    said = [event["message"] for event in phone.seen if event["kind"] == "message"]
    return sum("looks most like" in (message["caption"] or "") for message in said)


async def test_what_telegram_refuses_three_times_is_set_aside_and_the_chat_goes_on(
    checkup: Checkup, server: LocalServer, phone: Phone, tmp_path: Path, engine: SaysWhatItIsTold
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        await admin.says("/help")
        await admin.waits_for("For a good photo")
        server.faults.add("sendPhoto", "400", times=3)
        server.faults.add("sendMessage", "400", times=6)  # in words, and those as plain as can be
        await phone.sends_photo(photo())
        await phone.sends_photo(photo())
        await phone.waits_for("tried several times")
        await phone.waits_for("looks most like")
        await admin.waits_for("set aside after several tries")
    assert engine.seen == 2  # each photo once, however often its answer is refused
    await until(lambda: states(tmp_path) == ["done", "set_aside", "done"])


async def test_a_person_and_admins_who_cannot_be_told_hold_up_nobody(
    checkup: Checkup, server: LocalServer, phone: Phone, engine: SaysWhatItIsTold, tmp_path: Path
) -> None:
    engine.errors = [RuntimeError()] * 3
    server.faults.add("sendMessage", "400", times=2)
    await phone.sends_photo(photo())
    await phone.sends_photo(photo())
    assert await phone.waits_for("looks most like")
    await until(lambda: states(tmp_path) == ["set_aside", "done"])


async def test_whoever_blocks_the_bot_meanwhile_is_not_tried_again_and_others_go_on(
    checkup: Checkup, server: LocalServer, settings: Settings, phone: Phone, engine: SaysWhatItIsTold, tmp_path: Path
) -> None:
    await consented(settings.database_url, 2)
    server.faults.add("sendPhoto", "502")
    await phone.sends_photo(photo())
    await until(lambda: all_met(server))
    await phone.blocks()
    async with Phone(server.url, 2) as ben:
        await ben.sends_photo(photo())
        await ben.waits_for("looks most like")
    await until(lambda: states(tmp_path) == ["done"] * 3)  # Telegram tells of the block, too
    assert engine.seen == 2
    await phone.blocks(False)
    await phone.sends_photo(photo())
    await phone.waits_for("looks most like")


async def test_a_server_that_is_away_costs_no_attempt_and_no_answer(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    phone: Phone,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await consented(settings.database_url, 1001)
    async with (
        TcpProxy(server.url) as door,
        answering(settings, api=door.url, token="1:local", registry=fake_registry, pause=0.01),
    ):
        server.faults.add("sendPhoto", "timeout")
        await phone.sends_photo(photo())
        await until(lambda: all_met(server))
        await door.shut()
        await phone.sends_photo(photo())
        await until(lambda: caplog.text.count("NetworkError") > 5)
        await door.open()
        for _ in range(2):
            await phone.waits_for("looks most like")
        await until(lambda: states(tmp_path) == ["done", "done"])
    assert answers(phone) == 2


async def test_being_told_to_wait_again_and_again_costs_no_attempt_and_no_second_look(
    checkup: Checkup, server: LocalServer, settings: Settings, phone: Phone, engine: SaysWhatItIsTold
) -> None:
    server.faults.add("sendPhoto", "429", retry_after=1, times=4)
    await phone.sends_photo(photo())
    await phone.waits_for("looks most like")
    assert engine.seen == 1
    async with Store.open(settings.database_url) as store:
        assert len([entry async for entry in store.journal.entries()]) == 1


async def test_an_update_that_telegram_sends_again_and_again_is_answered_once(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, wire: Wire
) -> None:
    await consented(settings.database_url, 1001)
    await phone.sends_photo(photo())
    (sent,) = await wire.updates()
    for _ in range(2):
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as checkup:
            for _ in range(3):
                await checkup.queue.take(Update.de_json(sent), json.dumps(sent))
                await phone.says("/help")
                await phone.waits_for("For a good photo")  # whose turn comes after the photo's
    assert answers(phone) == 1


async def test_what_cannot_be_written_down_stays_at_telegram_and_is_answered_once_it_can(
    checkup: Checkup,
    pragmas: dict[str, int],
    phone: Phone,
    wire: Wire,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pragmas["busy_timeout"] = 50
    with locked(tmp_path):
        await phone.sends_photo(photo())
        await until(lambda: caplog.text.count("stays at Telegram") >= 2)
        assert "held by another program" in caplog.text
        assert (await wire.call("getWebhookInfo"))["pending_update_count"] == 1
    await phone.waits_for("looks most like")
    await until(lambda: states(tmp_path) == ["done"])
    assert (await wire.call("getWebhookInfo"))["pending_update_count"] == 0
    assert answers(phone) == 1
    assert "Traceback" not in caplog.text


async def test_on_a_full_disk_updates_stay_at_telegram_until_there_is_room(
    checkup: Checkup,
    pragmas: dict[str, int],
    phone: Phone,
    wire: Wire,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pragmas["max_page_count"] = 1  # SQLite takes the size the file has
    long_ago = await phone.sends_photo([photo()] * 5, caption="x" * 1000)
    await until(lambda: "Free some disk space" in caplog.text)
    assert (await wire.call("getWebhookInfo"))["pending_update_count"] > 0
    pragmas["max_page_count"] = 1_000_000
    for _ in long_ago:
        await phone.waits_for("looks most like")
    await until(lambda: states(tmp_path) == ["done"] * 5)
    assert answers(phone) == 5


async def test_an_answer_given_while_the_database_is_away_is_not_given_again(
    checkup: Checkup,
    pragmas: dict[str, int],
    server: LocalServer,
    phone: Phone,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pragmas["busy_timeout"] = 50
    server.faults.add("sendPhoto", "502")
    await phone.sends_photo(photo())
    await until(lambda: all_met(server))
    with locked(tmp_path):
        await phone.waits_for("looks most like")
        await until(lambda: "the database is away" in caplog.text)
    await until(lambda: states(tmp_path) == ["done"])
    await phone.says("/help")
    await phone.waits_for("For a good photo")
    assert answers(phone) == 1


async def test_a_database_that_is_away_while_a_photo_is_looked_at_costs_no_attempt(
    checkup: Checkup,
    pragmas: dict[str, int],
    server: LocalServer,
    phone: Phone,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pragmas["busy_timeout"] = 50
    server.faults.add("getFile", "502")
    await phone.sends_photo(photo())
    await until(lambda: all_met(server))
    with locked(tmp_path):
        await until(lambda: "failed: StoreError" in caplog.text)
    await phone.waits_for("looks most like")
    assert answers(phone) == 1


async def test_what_waits_when_a_person_is_forgotten_is_gone_and_never_answered(
    checkup: Checkup, server: LocalServer, phone: Phone, tmp_path: Path, engine: SaysWhatItIsTold
) -> None:
    await phone.says("/forget")
    question = await phone.waits_for("cannot be undone")
    server.faults.add("answerCallbackQuery", "timeout", after_ms=500)
    await phone.presses("Yes, remove it all", question)
    await until(lambda: all_met(server))
    for _ in range(2):
        await phone.sends_photo(photo(), caption="my very own words")
    await until(lambda: states(tmp_path).count("waiting") == 3)
    assert b"my very own words" in on_disk(tmp_path)
    await phone.waits_for("Done.")
    for mine in (b"my very own words", b"Robin", b"file_id"):
        assert mine not in on_disk(tmp_path)
    before = len(phone.seen)
    await phone.says("/help")
    await phone.waits_for("For a good photo")
    said = [event["message"] for event in phone.seen[before:] if event["kind"] == "message"]
    assert [message["from"] for message in said] == ["person", "bot"]
    assert engine.seen == 0


async def test_what_was_kept_for_a_consent_is_forgotten_too(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, tmp_path: Path
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.sends_photo(photo(), caption="my very own words")
        question = await phone.waits_for("I have your photo")
        await until(lambda: states(tmp_path) == ["held"])
        await phone.says("/forget")
        await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
        await phone.waits_for("Done.")
        for mine in (b"my very own words", b"Robin", b"file_id"):
            assert mine not in on_disk(tmp_path)
        await phone.presses("I am 18 or over and I agree", question)
        await phone.waits_for("Now send me a photo")
        await phone.says("/help")
        await phone.waits_for("For a good photo")
    assert answers(phone) == 0
