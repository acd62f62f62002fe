"""Whoever has to wait waits in the queue: one chat's trouble, or one person's thousand photos, cost nobody else anything."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone
from processes import all_met, consented, states, until

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry

OTHERS = tuple(range(2, 11))  # one more than slots there once were


@pytest.fixture
async def checkup(server: LocalServer, settings: Settings, fake_registry: Registry) -> AsyncIterator[Checkup]:
    """The running bot, known to ten people."""
    await consented(settings.database_url, 1, *OTHERS)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry, pause=0.05) as running:
        yield running


@contextlib.asynccontextmanager
async def phones(server: LocalServer) -> AsyncIterator[tuple[Phone, list[Phone]]]:
    """One person, and nine others."""
    async with contextlib.AsyncExitStack() as stack:
        others = [await stack.enter_async_context(Phone(server.url, person)) for person in OTHERS]
        yield await stack.enter_async_context(Phone(server.url, 1)), others


@pytest.mark.parametrize(
    ("method", "kind", "after"),
    [
        ("sendPhoto", "429", {"retry_after": 600}),
        ("file", "slow", {}),
        ("sendPhoto", "timeout", {}),
        ("getFile", "timeout", {}),
    ],
)
async def test_nobody_waits_for_chats_that_telegram_keeps_waiting(
    checkup: Checkup, server: LocalServer, method: str, kind: str, after: dict[str, int]
) -> None:
    async with phones(server) as (anna, others):
        server.faults.add(method, kind, times=len(others), **after)
        for other in others:
            await other.sends_photo(photo())
        await until(lambda: all_met(server))
        await anna.sends_photo(photo())
        await anna.waits_for("looks most like")
        assert not [event for other in others for event in other.seen if "looks most like" in str(event)]


async def test_an_endless_download_is_cut_and_refused_in_words(
    checkup: Checkup, server: LocalServer, tmp_path: Path
) -> None:
    server.faults.add("file", "endless")
    async with Phone(server.url, 1) as anna:
        await anna.sends_photo(photo())
        refused = await anna.waits_for("MB")
        assert not refused["media"]
        await until(lambda: states(tmp_path) == ["done"])


@pytest.mark.parametrize("kind", ["html", "broken", "502", "drop"])
@pytest.mark.parametrize("method", ["sendPhoto", "getFile", "file"])
async def test_an_outage_of_one_method_costs_no_photo_and_no_second_look(
    checkup: Checkup,
    server: LocalServer,
    settings: Settings,
    engine: SaysWhatItIsTold,
    method: str,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if (method, kind) == ("file", "broken"):
        kind = "500"  # what a download is broken off into is not JSON anyway
    page = {"body": "<html><h1>Bad Gateway</h1></html>"} if kind == "html" else {}
    server.faults.add(method, "502" if page else kind, times=9, **page)
    async with Phone(server.url, 1) as anna:
        await anna.sends_photo(photo())
        await anna.waits_for("looks most like")
    assert engine.seen == 1
    assert "Traceback" not in caplog.text
    async with Store.open(settings.database_url) as store:
        assert len([entry async for entry in store.journal.entries()]) == 1


async def test_a_person_is_told_that_telegram_is_in_trouble_and_that_nothing_is_forgotten(
    checkup: Checkup, server: LocalServer
) -> None:
    server.faults.add("file", "502", times=8)
    async with Phone(server.url, 1) as anna:
        await anna.sends_photo(photo())
        told = await anna.waits_for("trouble reaching each other")
        answer = await anna.waits_for("looks most like")
        assert told["reply_to"] == answer["reply_to"]


async def test_what_was_sent_before_something_failed_is_not_sent_again(
    checkup: Checkup, server: LocalServer, phone: Phone
) -> None:
    async with Phone(server.url, 1) as anna:
        server.faults.add("sendMessage", "502", times=4)  # of the word about the unknown command, after the answer
        await anna.sends_photo(photo(), caption="/nonsense")
        await anna.waits_for("looks most like")
        await anna.sends_photo(photo())
        await anna.waits_for("looks most like")
        said = [event["message"] for event in anna.seen if event["kind"] == "message"]
    assert sum("looks most like" in (message["caption"] or "") for message in said) == 2


async def test_a_thousand_photos_of_one_person_cost_another_nothing_and_they_are_told_once(
    checkup: Checkup, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    async with Phone(server.url, 1) as anna, Phone(server.url, 2) as ben:
        for _ in range(12):
            await anna.sends_photo([photo()] * 10)
        await anna.waits_for("wait for their turn")
        await ben.sends_photo(photo())
        await ben.waits_for("looks most like")
        answered = sum("looks most like" in str(event) for event in anna.seen if event["kind"] == "message")
        assert answered < 110, "Ben's turn came only after all of Anna's"
        told = [event for event in anna.seen if "wait for their turn" in str(event)]
        assert len(told) == 1


async def test_more_photos_than_a_person_may_send_within_a_day_are_refused_in_words(
    server: LocalServer, settings: Settings, fake_registry: Registry, engine: SaysWhatItIsTold
) -> None:
    few = settings.model_copy(update={"daily_limit": 2})
    await consented(settings.database_url, 1, 2)
    async with (
        answering(few, api=server.url, token="1:local", registry=fake_registry),
        Phone(server.url, 1) as anna,
        Phone(server.url, 2) as ben,
        Phone(server.url, 3) as cleo,
    ):
        await anna.sends_photo([photo()] * 3)
        await anna.waits_for("You have sent 2 photos within a day")
        assert engine.seen == 2
        await ben.sends_photo(photo())
        await ben.waits_for("looks most like")
        await cleo.sends_photo([photo()] * 3)  # who has not consented yet
        await cleo.waits_for("You have sent 2 photos within a day")
