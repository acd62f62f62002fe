"""Updates are brought by Telegram: each is in the database before it is told so, and nobody else gets anything in."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from databases import locked, sqlite_url
from fake_disease import photo
from phone import TIMEOUT, Phone
from processes import all_met, consented, states, until
from prometheus_client import REGISTRY
from telegram import Update
from web_proxy import free_port, nginx, self_signed
from wire import Wire

from bot import listener
from bot.app import CannotStart, Checkup, answering
from bot.local import LocalServer
from bot.retry import RetryPolicy
from bot.settings import Settings
from bot.store import Store
from bot.updates import token_check, webhook, webhook_requests
from classifiers.registry import Registry

HELP = "For a good photo"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def settings(tmp_path: Path, server: LocalServer) -> Settings:
    """Settings with a webhook, as behind a proxy, and a database of this test's own."""
    port = free_port()
    return Settings.read(
        {
            "CHECKUP_DATABASE": sqlite_url(tmp_path),
            "CHECKUP_API": server.url,
            "CHECKUP_PORT": str(port),
            "CHECKUP_WEBHOOK": f"http://127.0.0.1:{port}/telegram",
        }
    )


@pytest.fixture
async def checkup(server: LocalServer, settings: Settings, fake_registry: Registry) -> AsyncIterator[Checkup]:
    """The running bot, to which updates are brought."""
    await consented(settings.database_url, 1001)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as running:
        yield running


@pytest.fixture
async def stranger() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who found the address."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


async def secret(settings: Settings) -> dict[str, str]:
    """Return the header by which Telegram is known."""
    async with Store.open(settings.database_url, bot=1) as store:
        return {SECRET: store.webhook_secret(str(settings.webhook))}


async def test_what_is_brought_is_answered_and_what_is_not_written_down_is_brought_again(
    checkup: Checkup,
    settings: Settings,
    phone: Phone,
    wire: Wire,
    tmp_path: Path,
    pragmas: dict[str, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await phone.sends_photo(photo())
    await phone.waits_for("looks most like")
    info = await wire.call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (settings.webhook, 0)
    assert (info["max_connections"], info["has_custom_certificate"]) == (40, False)
    assert info["allowed_updates"] == [
        *("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
    ]
    pragmas["busy_timeout"] = 50
    with locked(tmp_path):
        await phone.sends_photo(photo())
        await until(lambda: "stays at Telegram" in caplog.text)
        info = await wire.call("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        assert info["pending_update_count"] == 1
    await phone.waits_for("looks most like")
    await until(lambda: states(tmp_path) == ["done", "done"])
    assert "Traceback" not in caplog.text


async def test_who_does_not_know_the_secret_gets_nothing_in_and_is_not_listened_to(
    checkup: Checkup,
    settings: Settings,
    stranger: aiohttp.ClientSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, known = str(settings.webhook), await secret(settings)
    update = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}}}

    async def status(url: str, headers: dict[str, str] | None = None, method: str = "POST", **how: Any) -> int:
        async with stranger.request(method, url, headers=headers, **how) as answer:
            assert await answer.read() == b""
            return answer.status

    assert await status(url, json=update) == 401
    for wrong in ("", "0" * 64, "é", f"{known[SECRET]}0", known[SECRET][:-1]):
        assert await status(url, {SECRET: wrong}, json=update) == 401
    assert await status(url, known, method="GET") == await status(url, known, method="PUT", json=update) == 405
    for path in ("/", "/telegram/", "/telegram/x", "/Telegram", "/%74elegram/.."):
        assert await status(url.replace("/telegram", path), known, json=update) == 404
    for body in (b"", b"{", b"[" * 100_000, b"\xff", b"\x1f\x8b"):
        assert await status(url, known | {"Content-Encoding": "gzip"}, data=body) == 400
    right, large = f"{SECRET}: {known[SECRET]}", 2**20 + 1
    assert await answer_to(settings, f"{SECRET}: wrong", "Content-Length: 1000000000") == 401
    assert await answer_to(settings, right, f"Content-Length: {large}") == 413
    chunk = f"{large:x}\r\n".encode() + bytes(large)
    assert await answer_to(settings, right, "Transfer-Encoding: chunked", body=chunk) == 413
    monkeypatch.setattr(webhook_requests, "LONGEST", 0.1)
    assert await answer_to(settings, right, "Content-Length: 10") == 408
    assert states(tmp_path) == []
    assert await status(url, known, json=update) == await status(url, known, json=update) == 200
    await until(lambda: states(tmp_path) == ["done"])  # once, however often it is brought


async def test_who_connects_and_asks_for_nothing_is_cut_off(
    checkup: Checkup, settings: Settings, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "PATIENCE", 0.05)
    for said in (b"", b"POST /telegram HTTP/1.1\r\nHost: x"):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        writer.write(said)
        async with asyncio.timeout(TIMEOUT):
            assert await reader.read() == b""
        writer.close()
    await phone.says("/help")
    await phone.waits_for(HELP)


async def test_however_many_connect_telegram_gets_in(
    checkup: Checkup, settings: Settings, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST", 10)
    others = [await asyncio.open_connection("127.0.0.1", settings.port) for _ in range(30)]
    async with asyncio.timeout(TIMEOUT):
        for reader, _ in others[:15]:
            assert await reader.read() == b""  # whoever has been there longest has to go
    await phone.says("/help")
    await phone.waits_for(HELP)
    for _, writer in others:
        writer.close()


async def test_what_is_no_http_is_refused_and_its_words_are_not_in_the_log(
    checkup: Checkup, settings: Settings, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    known = await secret(settings)
    head = "POST /telegram HTTP/1.1\r\nHost: x\r\n"
    for said in (
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        f"{head}Content-Length: -1\r\n\r\n",
        f"{head}Hush: a\0b\r\n\r\n",
        f"{head}Hush: {'x' * 100_000}\r\n\r\n",
        f"{head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        writer.write(said.encode())
        async with asyncio.timeout(TIMEOUT):
            assert b" 400 " in await reader.readline()
        writer.close()
    _, writer = await asyncio.open_connection("127.0.0.1", settings.port)
    writer.write(f"{head}{SECRET}: {known[SECRET]}\r\nContent-Length: 10\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()  # in the middle
    await phone.says("/help")
    await phone.waits_for(HELP)
    await until(lambda: REGISTRY.get_sample_value("checkup_webhook_requests_total", {"status": "408"}))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def answer_to(settings: Settings, *headers: str, body: bytes = b"") -> int:
    """Send a request that is not ended, and return the status that comes all the same; then nobody listens any more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
    lines = ("POST /telegram HTTP/1.1", "Host: localhost", *headers, "", "")
    writer.write("\r\n".join(lines).encode() + body)
    async with asyncio.timeout(TIMEOUT):
        answer = await reader.read()
    writer.close()
    return int(answer.split()[1])


async def test_an_update_that_cannot_be_read_is_set_aside_without_its_words_and_the_others_are_answered(
    checkup: Checkup,
    settings: Settings,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Update.de_json

    def cannot_read(data: Any, bot: Any = None) -> Update:
        if "my very own words" in json.dumps(data):
            raise TypeError(f"cannot read {data}")
        return whole(data, bot)

    monkeypatch.setattr(Update, "de_json", cannot_read)
    await phone.says("my very own words")
    await phone.says("/help")
    await phone.waits_for(HELP)
    assert caplog.text.count("it cannot be read") == 1
    assert "my very own words" not in caplog.text
    async with Store.open(settings.database_url, bot=1) as store:
        assert [(one.reason, one.has_content) for one in await store.unfinished.listed()] == [("unreadable", True)]


async def test_the_bot_goes_from_polling_to_a_webhook_and_back_and_what_waits_meanwhile_is_answered(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    phone: Phone,
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
) -> None:
    polling = settings.model_copy(update={"webhook": None})
    for how in (polling, settings, settings, polling):
        await phone.says("/help")
        async with answering(how, api=server.url, token="1:local", registry=fake_registry):
            await phone.waits_for(HELP)
            await phone.says("/help")
            await phone.waits_for(HELP)
            assert (await wire.call("getWebhookInfo"))["url"] == (how.webhook or "")
    assert caplog.text.count("a webhook on 127.0.0.1 until now: it is removed") == 1
    assert "another" not in caplog.text


async def test_another_program_that_takes_the_updates_is_named_with_what_to_do(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "ASK", 0.02)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await wire.call("deleteWebhook")
        await until(lambda: "has removed this bot's webhook, and asks for its updates itself: stop it" in caplog.text)
        await wire.call("setWebhook", url="http://other.invalid/secret-path")
        await until(lambda: "has set a webhook on other.invalid for this bot" in caplog.text)
    polling = settings.model_copy(update={"webhook": None})
    async with answering(polling, api=server.url, token="1:local", registry=fake_registry):
        assert "a webhook on other.invalid until now: it is removed" in caplog.text
        await until(lambda: server_is_polled(server))
        await wire.call("getUpdates")
        await until(lambda: "another program asks for this bot's updates, and only one can" in caplog.text)
        await wire.call("setWebhook", url="http://other.invalid/secret-path")
        await until(lambda: "another program has set a webhook for this bot" in caplog.text)
    assert "secret-path" not in caplog.text


def server_is_polled(server: LocalServer) -> bool:
    """Return whether a bot waits for updates."""
    assert server._state is not None
    return server._state.updates.polled_lately


async def test_what_telegram_says_of_the_webhook_is_in_the_log(
    checkup: Checkup,
    settings: Settings,
    server: LocalServer,
    fake_registry: Registry,
    stranger: aiohttp.ClientSession,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stranger.post(str(settings.webhook), json={}) as answer:
        assert answer.status == 401
    monkeypatch.setattr(webhook, "ASK", 0.02)

    def is_brought() -> float | None:
        return REGISTRY.get_sample_value("checkup_up", {"part": "webhook"})

    assert is_brought() == 1
    other = settings.model_copy(update={"webhook": f"http://127.0.0.1:{free_port()}/nobody", "port": free_port()})
    other = other.model_copy(update={"database": None, "home": Path(str(settings.database_url)[10:]).parent / "b"})
    async with answering(other, api=server.url, token="1:local", registry=fake_registry):
        assert "updates were brought to another webhook, on 127.0.0.1, until now" in caplog.text
        await phone.says("/help")
        await until(lambda: "Telegram could not bring an update, and 1 wait there: Connection failed" in caplog.text)
        await until(lambda: is_brought() == 0)


async def test_a_token_that_is_taken_back_is_noticed(
    server: LocalServer, settings: Settings, fake_registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "ASK", 0.02)
    monkeypatch.setattr(token_check, "DOUBT", RetryPolicy(attempts=5, first=0.01))
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as checkup:
        server.faults.add("getMe", "401", times=100)
        server.faults.add("getWebhookInfo", "401", times=100)
        async with asyncio.timeout(TIMEOUT):
            assert await checkup.refused.wait()


async def test_a_webhook_that_cannot_be_is_refused_with_what_to_do(
    server: LocalServer, settings: Settings, fake_registry: Registry, tmp_path: Path
) -> None:
    async def refusal(**changes: Any) -> str:
        with pytest.raises(CannotStart) as refused:
            async with answering(
                settings.model_copy(update=changes), api=server.url, token="1:local", registry=fake_registry
            ):
                raise AssertionError("it runs")
        return str(refused.value)

    taken = int(server.api.rpartition(":")[2])
    assert f"127.0.0.1:{taken} cannot be listened on" in await refusal(port=taken)
    assert "CHECKUP_HOST" in await refusal(host="not.a.host.invalid")
    server.faults.add("setWebhook", "400", description="Bad Request: bad webhook: Failed to resolve host")
    assert "CHECKUP_WEBHOOK is not taken: Bad webhook: failed to resolve host" in await refusal()
    certificate, key = self_signed(tmp_path)
    nowhere = tmp_path / "nowhere.pem"
    assert f"{nowhere} cannot be read" in await refusal(certificate=nowhere)
    assert "holds no certificate" in await refusal(certificate=key)
    assert f"its key {certificate} holds no key" in await refusal(certificate=certificate, certificate_key=certificate)
    assert f"its key {nowhere} cannot be read" in await refusal(certificate=certificate, certificate_key=nowhere)
    locked = tmp_path / "locked.key"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert "is encrypted: write it without a password" in await refusal(certificate=certificate, certificate_key=locked)
    (tmp_path / "other").mkdir()
    _, other = self_signed(tmp_path / "other")
    assert "the key has to be the one" in await refusal(certificate=certificate, certificate_key=other)
    elsewhere = {"webhook": "https://bot.example.org:8443/", "certificate": certificate, "certificate_key": key}
    assert "is no certificate for bot.example.org, and Telegram would refuse it: " in await refusal(**elsewhere)


async def test_with_a_certificate_of_its_own_the_bot_speaks_tls_and_telegram_trusts_it(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, wire: Wire, tmp_path: Path
) -> None:
    certificate, key = self_signed(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())  # the key stays here all the same
    direct = {"webhook": f"https://127.0.0.1:{settings.port}/telegram", "certificate": both, "certificate_key": both}
    async with answering(settings.model_copy(update=direct), api=server.url, token="1:local", registry=fake_registry):
        await phone.says("/help")
        await phone.waits_for(HELP)
        assert (await wire.call("getWebhookInfo"))["has_custom_certificate"]


async def test_behind_a_proxy_with_tls_updates_arrive_and_strangers_are_turned_away(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    phone: Phone,
    stranger: aiohttp.ClientSession,
    tmp_path: Path,
) -> None:
    await consented(settings.database_url, 1001)
    certificate, key = self_signed(tmp_path)
    async with nginx(tmp_path, settings.port, certificate=certificate, key=key) as port:
        url = f"https://127.0.0.1:{port}/telegram"
        behind = settings.model_copy(update={"webhook": url, "certificate": certificate})
        async with answering(behind, api=server.url, token="1:local", registry=fake_registry):
            await phone.sends_photo([photo()] * 3)
            for _ in range(3):
                await phone.waits_for("looks most like")
            async with stranger.post(url, json={}, ssl=False) as answer:
                assert answer.status == 401
            async with stranger.post(f"{url}/x", json={}, ssl=False) as answer:
                assert answer.status == 404
        await phone.says("/help")
        async with answering(behind, api=server.url, token="1:local", registry=fake_registry):
            await phone.waits_for(HELP)  # brought again after the proxy's 502
    assert all_met(server)
