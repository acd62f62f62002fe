"""Requests to Telegram are repeated: how long is waited, how often is tried, and what is final."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from phone import Phone
from processes import until
from telegram import InputFile
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.local import LocalServer
from bot.sending import delivery
from bot.sending.retry import RetryingRequests, download
from bot.sending.transport import Requests


class Clock:
    """Sleeps at once and remembers for how long it should have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None  # what happens while it sleeps

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sure() -> asyncio.Event:
    """Set while what is handled surely is in the hands of this process."""
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
async def bot(server: LocalServer, phone: Phone, clock: Clock, sure: asyncio.Event) -> AsyncIterator[ExtBot[None]]:
    """A bot that person 1001 has written to, and whose requests are repeated."""

    async def be_sure() -> None:
        await sure.wait()

    retrying = RetryingRequests(be_sure=be_sure, sleep=clock.sleep, chance=lambda: 0.5)
    bot = ExtBot(
        "1:local",
        f"{server.url}/bot",
        f"{server.url}/file/bot",
        request=Requests(connections=4),
        get_updates_request=Requests(connections=1),
        rate_limiter=retrying,
    )
    await phone.says("hello")
    async with bot:
        yield bot


async def test_a_429_waits_as_long_as_told(bot: ExtBot[None], server: LocalServer, phone: Phone, clock: Clock) -> None:
    server.faults.add("sendMessage", "429", retry_after=17)
    await bot.send_message(1001, "here I am")
    await phone.waits_for("here I am")
    assert clock.slept == [17]


async def test_what_may_be_in_another_process_s_hands_brings_nobody_anything(
    bot: ExtBot[None], phone: Phone, sure: asyncio.Event
) -> None:
    delivery.current.set(delivery.Delivery())
    sure.clear()
    await bot.get_me()  # nobody notices
    await bot.send_chat_action(1001, "typing")
    sending = asyncio.create_task(bot.send_message(1001, "here I am"))
    await phone.silence(0.2)
    assert not sending.done()
    sure.set()
    await sending
    await phone.waits_for("here I am")


async def test_what_was_taken_away_during_a_call_that_broke_off_is_not_sent_again(
    bot: ExtBot[None], server: LocalServer, phone: Phone, clock: Clock, sure: asyncio.Event
) -> None:
    delivery.current.set(delivery.Delivery())
    clock.meanwhile = sure.clear
    server.faults.add("sendMessage", "drop")
    sending = asyncio.create_task(bot.send_message(1001, "here I am"))
    await until(lambda: clock.slept)
    await phone.silence(0.2)
    assert not sending.done()
    sure.set()
    await sending
    await phone.waits_for("here I am")


async def test_an_unwell_server_is_asked_again_ever_more_slowly(
    bot: ExtBot[None], server: LocalServer, phone: Phone, clock: Clock
) -> None:
    server.faults.add("sendMessage", "502", times=2)
    server.faults.add("sendMessage", "drop", times=2)
    await bot.send_message(1001, "here I am")
    await phone.waits_for("here I am")
    assert clock.slept == [1, 2, 4, 8]


async def test_an_upload_is_whole_when_it_is_sent_again(bot: ExtBot[None], server: LocalServer, phone: Phone) -> None:
    server.faults.add("sendDocument", "502")
    await bot.send_document(1001, InputFile(b"all of it", "file.txt"))
    sent = await phone.waits_for(lambda message: bool(message["media"]))
    assert await phone.looks_at(sent) == b"all of it"


async def test_patience_ends_after_five_tries(bot: ExtBot[None], server: LocalServer, clock: Clock) -> None:
    server.faults.add("sendMessage", "500", times=100)
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "here I am")
    assert len(clock.slept) == 4


async def test_nobody_waits_longer_than_five_minutes(bot: ExtBot[None], server: LocalServer, clock: Clock) -> None:
    server.faults.add("sendMessage", "429", retry_after=200, times=2)
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "here I am")
    assert clock.slept == [200]


@pytest.mark.parametrize(("kind", "error"), [("400", BadRequest), ("blocked", Forbidden)])
async def test_a_no_is_final(
    bot: ExtBot[None], server: LocalServer, clock: Clock, kind: str, error: type[Exception]
) -> None:
    server.faults.add("sendMessage", kind)
    with pytest.raises(error):
        await bot.send_message(1001, "here I am")
    assert clock.slept == []


async def test_a_sign_of_life_is_not_tried_again(bot: ExtBot[None], server: LocalServer, clock: Clock) -> None:
    server.faults.add("sendChatAction", "502")
    with pytest.raises(NetworkError):
        await bot.send_chat_action(1001, "typing")
    assert clock.slept == []


async def test_a_download_is_tried_again(bot: ExtBot[None], server: LocalServer, phone: Phone, clock: Clock) -> None:
    await phone.sends_photo(b"the whole file", kind="document", name="a.txt", mime="text/plain")
    updates = await bot.get_updates()
    document = updates[-1].message.document  # type: ignore[union-attr]
    server.faults.add("file", "502")
    server.faults.add("file", "500")
    found = await bot._post("getFile", {"file_id": document.file_id})  # type: ignore[union-attr]
    assert await download(bot, found["file_path"], sleep=clock.sleep) == b"the whole file"
    assert len(clock.slept) == 2
