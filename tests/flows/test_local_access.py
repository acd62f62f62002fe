"""The local page is nobody else's: what lies below a path that only those know who were shown it, and stays on nobody's disk."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from phone import Phone
from pictures import painted
from processes import BotProcess, states, until
from wire import Wire

from bot.local import LocalServer, patience
from bot.local.page_client import PageClient
from bot.local.server import remove_files
from bot.local.state.small_files import SMALL
from bot.store import Store


def basic(password: str | None) -> dict[str, str]:
    """Return what a browser sends with a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"checkup:{password}".encode()).decode()}


async def test_without_the_path_that_was_printed_nothing_is_there(server: LocalServer, phone: Phone) -> None:
    [sent] = await phone.sends_photo(painted())
    media = f"chat/media/{sent['media']['id']}"
    async with aiohttp.ClientSession() as stranger:
        for base in (server.api, f"{server.api}/{'0' * 24}"):
            for path in ("", "page/main.js", "chat/state", "chat/events?chat=1001", media):
                assert (await stranger.get(f"{base}/{path}")).status == 403, path
            for path in ("chat/text", "chat/faults"):
                assert (await stranger.post(f"{base}/{path}", json={"text": "x"})).status == 403, path
        lost = await stranger.get(server.api, headers={"Accept": "text/html"})
        assert "Open the address that was printed" in await lost.text()
        assert (await stranger.get(server.url)).status == 200
    assert len((await phone.state())["messages"]) == 1


async def test_two_starts_have_different_paths(tmp_path: Path) -> None:
    async with LocalServer(folder=tmp_path / "a") as one, LocalServer(folder=tmp_path / "b") as other:
        assert one.url.rpartition("/")[2] != other.url.rpartition("/")[2]


@pytest.mark.parametrize("method", ["setWebhook?url=http://127.0.0.1:9/x", "getUpdates", "getMe", "sendMessage"])
async def test_no_method_can_be_called_by_get(server: LocalServer, wire: Wire, method: str) -> None:
    async with aiohttp.ClientSession() as browser:
        for base in (server.api, server.url):
            answer = await browser.get(f"{base}/bot1:local/{method}")
            assert (answer.status, (await answer.json())["ok"]) == (405, False)
    assert (await wire.call("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_nothing_is_read_or_shown_by_a_page_from_elsewhere(server: LocalServer, phone: Phone, site: str) -> None:
    [sent] = await phone.sends_photo(painted())
    async with aiohttp.ClientSession(f"{server.url}/", headers={"Sec-Fetch-Site": site}) as browser:
        for path in ("", "chat/state", "chat/events", "page/main.js", f"chat/media/{sent['media']['id']}"):
            assert (await browser.get(path)).status == 403, path
    async with aiohttp.ClientSession(f"{server.url}/", headers={"Sec-Fetch-Site": "same-origin"}) as own:
        assert (await own.get("chat/state")).status == 200


async def test_open_to_the_network_the_checks_stay_and_a_password_is_asked_for(tmp_path: Path) -> None:
    open_server = LocalServer(folder=tmp_path, open_to_network=True, token="1:nobody-guesses-this")
    async with open_server as server, aiohttp.ClientSession(f"{server.url}/") as browser:
        asked = await browser.get("")
        assert (asked.status, asked.headers["WWW-Authenticate"]) == (401, 'Basic realm="checkup"')
        assert (await browser.get("chat/state", headers=basic("guess"))).status == 401
        known = basic(server.password)
        assert (await browser.get("chat/state", headers=known)).status == 200
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await browser.get("chat/state", headers=known | headers)).status == 403
        assert (await browser.get("chat/state", headers=known | {"Host": "192.168.1.5"})).status == 200
        assert (await browser.get(server.api)).status == 403
        async with Wire(server.api, "1:nobody-guesses-this") as wire:
            assert (await wire.call("getMe"))["is_bot"]


@pytest.mark.parametrize("token", ["1:local", None])
def test_open_to_the_network_a_bot_s_token_cannot_be_one_that_is_known(tmp_path: Path, token: str | None) -> None:
    with pytest.raises(ValueError, match="a token that nobody can guess"):
        LocalServer(folder=tmp_path, open_to_network=True, token=token)


HOST = "Host: 127.0.0.1\r\n"
NO_HTTP = (
    "SSH-2.0-OpenSSH_9.9\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}Hush: a\0b\r\n\r\n",
    f"GET http://[ HTTP/1.1\r\n{HOST}\r\n",
)
DEEP = "[" * 100_000
JSON = "Content-Type: application/json\r\n"


async def first_line(server: LocalServer, said: str) -> str:
    """Return the first line that the server answers to a request in these bytes, LATIN-1."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.api.rpartition(":")[2]))
    writer.write(said.encode("latin-1"))
    try:
        async with asyncio.timeout(30):
            return (await reader.readline()).decode()
    finally:
        writer.close()


def posted(path: str, body: str, headers: str = JSON) -> str:
    """Return a request with a body, as it is sent."""
    return f"POST {path} HTTP/1.1\r\n{HOST}{headers}Content-Length: {len(body)}\r\n\r\n{body}"


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x"])
async def test_who_connects_and_asks_for_nothing_is_cut_off(
    server: LocalServer, phone: Phone, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.api.rpartition(":")[2]))
    writer.write(said)
    async with asyncio.timeout(30):
        assert await reader.read() == b""
    writer.close()
    assert (await phone.state())["messages"] == []


async def test_however_many_connect_the_page_is_there(
    server: LocalServer, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST", 10)
    port = int(server.api.rpartition(":")[2])
    others = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
    async with asyncio.timeout(30):
        for reader, _ in others[:15]:
            assert await reader.read() == b""
    await phone.says("still here")
    await phone.waits_for_event(lambda event: event["kind"] == "message" and event["message"]["text"] == "still here")
    for _, writer in others:
        writer.close()


@pytest.mark.parametrize("said", NO_HTTP)
async def test_what_is_no_http_is_refused_and_its_words_are_not_in_the_log(
    server: LocalServer, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert " 400 " in await first_line(server, said)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("action", "body", "headers"),
    [
        ("text", DEEP, JSON),
        ("text", "{" + '"a":{' * 50_000, JSON),
        ("text", '{"person":1e999,"chat":1}', JSON),
        ("react", '{"person":1,"chat":1,"message_id":1e999}', JSON),
        ("delete", '{"person":1,"chat":1,"message_ids":[1e999]}', JSON),
        ("delete", f'{{"person":1,"chat":1,"message_ids":"{DEEP}"}}', JSON),
        ("text", "no gzip", f"{JSON}Content-Encoding: gzip\r\n"),
        ("text", "text=a", "Content-Type: application/x-www-form-urlencoded; charset=nope\r\n"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_in_words(
    server: LocalServer, action: str, body: str, headers: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = server.url.removeprefix(server.api)
    assert " 400 " in await first_line(server, posted(f"{path}/chat/{action}", body, headers))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("field", ["", "reply_markup"])
async def test_a_bot_s_call_that_is_nested_too_deep_is_refused(
    server: LocalServer, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = f'{{"chat_id": 1, "text": "a", "{field}": "{DEEP}"}}' if field else DEEP
    assert " 400 " in await first_line(server, posted("/bot1:local/sendMessage", body))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("path", ["page/%00", "page/" + "a" * 5000, "page/%ff", "chat/media/1?size=%C2%B2"])
async def test_a_path_that_no_file_can_have_is_none(
    server: LocalServer, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    home = server.url.removeprefix(server.api)
    assert " 404 " in await first_line(server, f"GET {home}/{path} HTTP/1.1\r\n{HOST}\r\n")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_text_with_half_a_character_leaves_the_chat_as_it_was(server: LocalServer, phone: Phone) -> None:
    home = server.url.removeprefix(server.api)
    half = posted(f"{home}/chat/text", '{"person":1001,"chat":1001,"text":"a \\ud800"}')
    assert " 200 " in await first_line(server, half)
    assert [message["text"] for message in (await phone.state())["messages"]] == ["a ?"]


async def test_a_password_that_no_text_can_be_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with LocalServer(folder=tmp_path, token=f"1:{'a' * 30}", open_to_network=True) as server:
        asked = f"GET {server.url.removeprefix(server.api)}/ HTTP/1.1\r\n{HOST}Authorization: Basic \xff\r\n\r\n"
        assert " 401 " in await first_line(server, asked)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_what_is_sent_can_be_read_by_its_owner_alone_and_is_gone_at_the_end(tmp_path: Path) -> None:
    async with LocalServer(folder=tmp_path / "local") as server, PageClient(server.url, 1001) as page:
        (sent,) = (await page.upload("file", [painted()]))["messages"]
        for words in (b"few words", bytes(2 * SMALL)):
            await page.upload("file", [words], name="a.txt", kind="document")
        async with aiohttp.ClientSession(f"{server.url}/") as browser:
            media = await browser.get(f"chat/media/{sent['media']['id']}?size=90")
            assert (media.status, media.headers["Cache-Control"]) == (200, "no-store")
        places = [tmp_path / "local", *(tmp_path / "local").rglob("*")]
        modes = {stat.S_IMODE(place.stat().st_mode) for place in places if place.is_dir()}
        assert modes == {0o700}
        kept = [place for place in (tmp_path / "local" / "files").iterdir() if place.is_file()]
        assert len(kept) == 2  # the photo as it was looked at, and the larger file; the others are in memory
        assert {stat.S_IMODE(place.stat().st_mode) for place in kept} == {0o600}
    assert not (tmp_path / "local" / "files").exists()


async def test_what_a_killed_server_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    async def started() -> tuple[asyncio.subprocess.Process, str]:
        command = [sys.executable, "-m", "bot.local", "--port", "0", "--folder", str(tmp_path)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert process.stdout
        return process, (await process.stdout.readline()).decode().strip()

    process, url = await started()
    async with PageClient(url, 1001) as page:
        await page.upload("file", [painted() + bytes(SMALL)])
    process.kill()
    await process.wait()
    assert len(list((tmp_path / "files").iterdir())) == 1
    process, _ = await started()
    assert list((tmp_path / "files").iterdir()) == []
    process.terminate()
    await process.wait()


async def test_a_second_page_in_the_same_folder_is_refused_and_the_first_one_keeps_its_files(tmp_path: Path) -> None:
    async with LocalServer(folder=tmp_path) as first, Phone(first.url) as phone:
        [sent] = await phone.sends_photo(painted() + bytes(SMALL))
        with pytest.raises(OSError, match="another local page that runs has its files there"):
            async with LocalServer(folder=tmp_path):
                raise AssertionError("it runs")
        remove_files(tmp_path)  # as the bot does when it starts on Telegram
        assert await phone.looks_at(sent)
    async with LocalServer(folder=tmp_path):
        pass


async def test_the_demo_s_page_and_bot_are_of_this_start_alone(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, "demo", CHECKUP_PORT="0", CHECKUP_HOME=str(tmp_path)) as running:
        await until(lambda: "The chat is at" in running.output())
        found = re.search(r"The chat is at (http://127.0.0.1:\d+)/(\w{16,})/", running.output())
        assert found, running.output()
        async with PageClient(found[0].removeprefix("The chat is at "), 1001) as page:
            await page.post("text", text="/start")
            await page.event(lambda event: event["kind"] == "message" and event["message"]["from"] == "bot", timeout=30)
        async with Wire(found[1]) as wire:
            assert await wire.call("getMe") == "Unauthorized"
        assert running.output().count(found[2]) == 1  # printed, never logged


async def test_what_a_killed_page_left_is_gone_too_when_the_bot_next_starts_on_telegram(
    tmp_path: Path, server: LocalServer
) -> None:
    left = tmp_path / "home" / "local" / "files" / "00000001"
    left.parent.mkdir(parents=True)
    left.write_bytes(painted())
    settings = {"CHECKUP_HOME": str(tmp_path / "home"), "CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url}
    async with BotProcess(tmp_path / "bot", "run", **settings) as running:
        await until(lambda: "answering as" in running.output())
        assert not left.exists()


async def test_what_waited_at_a_page_that_was_killed_is_done_and_the_log_says_that_its_chat_is_gone(
    tmp_path: Path,
) -> None:
    person = {"id": 1001, "is_bot": False, "first_name": "Robin"}
    help_asked = {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
    message = {"message_id": 3, "date": 1_790_000_000, "chat": {"id": 1001, "type": "private"}, "from": person}
    async with Store.open(f"sqlite:///{tmp_path / 'checkup.db'}", bot=1) as store:
        content = json.dumps({"update_id": 5, "message": message | help_asked})
        await store.updates.add(5, chat=1001, person=store.person(1001), content=content, now=datetime.now(UTC))
    async with BotProcess(tmp_path, "demo", CHECKUP_PORT="0", CHECKUP_HOME=str(tmp_path)) as running:
        await until(lambda: "The chat is at" in running.output())
        await until(lambda: states(tmp_path) == ["done"])
        assert "update 5 is done: nobody is there to be answered (chat not found)" in running.output().lower()
        assert "blocked" not in running.output()
