"""The bot's own connections: what is sent arrives, what fails is told as python-telegram-bot tells it, the token never is."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import pytest
from phone import Phone
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.local import LocalServer
from bot.sending.transport import Requests

TOKEN = "1:local"
PERSON = 1001  # whom `phone` belongs to
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def bot_at(url: str) -> Bot:
    requests = [Requests(connections=4) for _ in range(2)]
    return Bot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )


@contextlib.asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[str]:
    """The URL of a server that does with a connection what no well-bred one does."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        try:
            await talk(reader, writer)
        except (asyncio.CancelledError, OSError):
            writer.transport.abort()
        writer.close()

    talks: set[asyncio.Task[None]] = set()
    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks)


def told(error: BaseException) -> str:
    """All that a log could show of an error and of what it came from."""
    words = []
    at: BaseException | None = error
    while at:
        words.append(f"{at!r} {at}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "\n".join(words)


@pytest.mark.parametrize("size", [10, 3 * 2**20])
async def test_a_file_arrives_as_it_was_and_comes_back_as_it_was(server: LocalServer, phone: Phone, size: int) -> None:
    await phone.says("hi")
    sent = os.urandom(size)
    async with bot_at(server.url) as bot:
        message = await bot.send_document(PERSON, sent, filename='grö"ße.bin', caption="ä & <b>")
        assert message.document
        assert (message.caption, message.document.file_name) == ("ä & <b>", 'grö"ße.bin')
        back = await (await message.document.get_file()).download_as_bytearray()
    assert bytes(back) == sent


async def test_a_429_says_how_long_to_wait_without_a_warning_of_the_library(server: LocalServer, phone: Phone) -> None:
    await phone.says("hi")
    async with bot_at(server.url) as bot:
        server.faults.add("sendMessage", "429", retry_after=17)
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(PERSON, "hello")
    assert caught.value.retry_after == datetime.timedelta(seconds=17)


async def test_what_has_no_answer_in_time_timed_out(server: LocalServer) -> None:
    async with bot_at(server.url) as bot:
        server.faults.add("getMe", "timeout", after_ms=5000)
        with pytest.raises(TimedOut) as caught:
            await bot.get_me(read_timeout=0.1)
    assert TOKEN not in told(caught.value)


async def test_an_upload_that_nobody_takes_times_out() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with (
        talking(deaf) as url,
        Requests(connections=1, connect_timeout=0.1, write_timeout=0.1, read_timeout=0.1) as requests,
    ):
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=requests)
        with pytest.raises(TimedOut):
            await bot.send_document(1, bytes(40 * 2**20))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>",
        b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"login": "guests"}',
        *(b'HTTP/1.1 %d x\r\n\r\n{"message": "no route"}' % code for code in (400, 401, 403, 404)),
    ],
)
async def test_a_broken_answer_is_an_error_of_the_network_that_keeps_the_token_to_itself(answer: bytes) -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with talking(broken) as url:
        bot = bot_at(url)
        with pytest.raises(NetworkError) as caught:
            await bot.initialize()
        await bot.shutdown()
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "nonsense"])
async def test_a_url_that_is_none_is_an_error_that_keeps_the_token_to_itself(url: str) -> None:
    bot = bot_at(url)
    with pytest.raises(NetworkError, match=r"Url.*/bot…/getMe") as caught:
        await bot.initialize()
    await bot.shutdown()
    assert TOKEN not in told(caught.value)


async def test_where_nobody_listens_the_error_names_the_place_and_not_the_token() -> None:
    async with talking(lambda reader, writer: asyncio.sleep(0)) as url:
        pass
    bot = bot_at(url)
    with pytest.raises(NetworkError, match=url.removeprefix("http://")) as caught:
        await bot.initialize()
    await bot.shutdown()
    assert TOKEN not in told(caught.value)


async def test_a_proxy_named_in_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    async with talking(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.delenv("no_proxy", raising=False)
        bot = bot_at("http://telegram.invalid")
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.initialize()
        await bot.shutdown()
    assert asked == ["POST http://telegram.invalid/bot1:local/getMe HTTP/1.1\r\n"]
