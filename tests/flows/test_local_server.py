"""The local server as a whole: who may reach it, what goes wrong on demand, and that nothing it says is made up."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from phone import Phone
from pictures import painted
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters
from wire import Wire
from yarl import URL

from bot.local import LocalServer
from bot.local.wire.schema import check_object


def built(server: LocalServer) -> Application[Any, Any, Any, Any, Any, Any]:
    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message
        await message.chat.send_action("upload_photo")
        if message.photo:
            photo = await (await message.photo[1].get_file()).download_as_bytearray()
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="right")]])
            caption = f"<b>{'edited' if update.edited_message else 'new'}</b>"
            await message.reply_photo(bytes(photo), caption=caption, parse_mode="HTML", reply_markup=keyboard)
        else:
            await message.reply_text(f"you said {message.text}", do_quote=True)

    async def thank(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer("Thanks")
        await update.callback_query.edit_message_caption("noted")

    app = ApplicationBuilder().bot(of(server)).concurrent_updates(8).build()
    app.add_handler(MessageHandler(filters.ALL, echo))
    app.add_handler(CallbackQueryHandler(thank))
    return app


def of(server: LocalServer) -> Bot:
    return Bot("1:local", base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")


async def test_a_bot_built_with_python_telegram_bot_talks_with_a_person(server: LocalServer, phone: Phone) -> None:
    app = built(server)
    async with app:
        assert app.updater
        await app.updater.start_polling()
        await app.start()
        sent = await phone.says("/start")
        assert (await phone.waits_for("you said /start"))["reply_to"] == sent["message_id"]
        [photo] = await phone.sends_photo(painted(1280, 960))
        answer = await phone.waits_for("new")
        assert answer["html"] == "<b>new</b>"
        assert (answer["media"]["width"], answer["media"]["height"]) == (320, 240)
        await phone.presses("Right")
        assert (await phone.waits_for("noted"))["message_id"] == answer["message_id"]
        await phone.waits_for_event(lambda event: event["kind"] == "answer" and event["text"] == "Thanks")
        await phone.edits(photo["message_id"], photo=painted(600, 600))
        assert (await phone.waits_for("edited"))["media"]["width"] == 320
        await phone.sends_photo([painted(), painted(), painted()])
        for _ in range(3):
            await phone.waits_for("new")
        await phone.silence(0.2)
        await app.updater.stop()
        await app.stop()


async def test_a_second_bot_on_the_same_token_is_a_conflict(server: LocalServer, phone: Phone) -> None:
    async with of(server) as first, of(server) as second:
        waiting = asyncio.create_task(first.get_updates(timeout=30))
        await phone.waits_for_connection()
        assert await second.get_updates() == ()
        with pytest.raises(Conflict):
            await waiting


async def test_albums_and_ids_work_through_python_telegram_bot(server: LocalServer, phone: Phone) -> None:
    await phone.says("hi")
    async with of(server) as bot:
        album = await bot.send_media_group(1001, [InputMediaPhoto(painted(), caption="a"), InputMediaPhoto(painted())])
        again = await bot.send_photo(1001, album[0].photo[-1].file_id, caption="b")
        await again.edit_media(InputMediaPhoto(painted(300, 300), caption="c"))
        assert (await phone.waits_for("c"))["media"]["width"] == 300


async def test_faults_come_when_they_are_ordered_and_as_the_client_knows_them(
    server: LocalServer, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    await phone.says("hi")
    async with of(server) as bot:
        server.faults.add("sendMessage", "429", retry_after=7)
        with pytest.raises(RetryAfter) as wait:
            await bot.send_message(1001, "x")
        assert wait.value.retry_after == timedelta(seconds=7)
        server.faults.add("*", "502", times=2)
        for _ in range(2):
            with pytest.raises(NetworkError, match="Bad Gateway"):
                await bot.send_message(1001, "x")
        server.faults.add("sendMessage", "timeout", after_ms=2000)
        with pytest.raises(TimedOut):
            await bot.send_message(1001, "x", read_timeout=0.1)
        server.faults.add("sendMessage", "drop")
        with pytest.raises(NetworkError):
            await bot.send_message(1001, "never sent")
        server.faults.add("sendMessage", "blocked")
        with pytest.raises(Forbidden):
            await bot.send_message(1001, "x")
        server.faults.add("sendMessage", "reply_lost")
        with pytest.raises(NetworkError):
            await bot.send_message(1001, "sent all the same")
        await bot.send_message(1001, "at last")
    await phone.waits_for("at last")
    said = [event["message"]["text"] for event in phone.seen if event["kind"] == "message"]
    assert said == ["hi", "sent all the same", "at last"]


async def test_a_client_that_hangs_up_in_the_middle_of_a_call_is_no_failure_of_the_server(
    server: LocalServer, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    parts = "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhal'
    for kind, begun in (("application/x-www-form-urlencoded", b"chat_id=1&te"), ("application/json", b"{"), parts):
        _, writer = await asyncio.open_connection("127.0.0.1", URL(server.url).port)
        head = f"POST /bot1:local/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: 900\r\n\r\n"
        writer.write(head.encode() + begun)
        await writer.drain()
        assert (await wire.call("getMe"))["is_bot"]  # by now the call before has begun
        writer.transport.abort()
        assert (await wire.call("getMe"))["is_bot"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_faults_are_ordered_and_cleared_over_http_and_meet_downloads(server: LocalServer, wire: Wire) -> None:
    async with aiohttp.ClientSession(f"{server.url}/") as page, Phone(server.url) as phone:
        await phone.sends_photo(painted())
        [update] = await wire.updates()
        path = (await wire.call("getFile", file_id=update["message"]["photo"][0]["file_id"]))["file_path"]
        await page.post("chat/faults", json={"method": "file", "kind": "502", "times": 5})
        assert (await wire.download(path))[0] == 502
        await page.delete("chat/faults")
        assert (await wire.download(path))[0] == 200
        wrong = await page.post("chat/faults", json={"kind": "rain"})
        assert wrong.status == 400
        assert "no fault of kind" in (await wrong.json())["error"]


async def test_a_server_that_was_not_asked_for_faults_cannot_be_given_any(tmp_path: Path) -> None:
    async with LocalServer(folder=tmp_path / "plain") as plain, aiohttp.ClientSession(f"{plain.url}/") as page:
        assert (await page.post("chat/faults", json={"kind": "502"})).status == 404
        assert (await page.delete("chat/faults")).status == 404
        with pytest.raises(RuntimeError, match="inject_faults"):
            plain.faults.clear()


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_a_host_that_others_can_reach_is_refused_with_what_to_do(tmp_path: Path, host: str) -> None:
    with pytest.raises(ValueError, match="open_to_network=True"):
        LocalServer(folder=tmp_path, host=host)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80", "Origin": "http://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["chat/text", "./bot1:local/getUpdates", "/bot1:local/getUpdates"])
async def test_a_page_from_elsewhere_is_turned_away(server: LocalServer, path: str, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession(f"{server.url}/") as browser:
        answer = await browser.post(path, json={}, headers=headers)
        assert answer.status == 403


async def test_a_file_somebody_sends_cannot_run_in_the_page(server: LocalServer, phone: Phone) -> None:
    [sent] = await phone.sends_photo(b"<script>alert(1)</script>", kind="document", name="a.html", mime="text/html")
    async with aiohttp.ClientSession(f"{server.url}/") as browser:
        answer = await browser.get(f"chat/media/{sent['media']['id']}")
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        for path in ("page/%2e%2e/server.py", "page/nothing.js", "page/"):
            assert (await browser.get(path)).status == 404


async def test_the_page_is_told_in_a_sentence_what_it_did_wrong(server: LocalServer) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("text", {"text": " "}),
        ("text", {"text": "x" * 4097}),
        ("text", {"text": "x", "chat": "nonsense"}),
        ("press", {"message_id": 5, "data": "x"}),
        ("edit", {"message_id": 5, "text": "x"}),
        ("delete", {"message_ids": "x"}),
        ("file", {}),
        ("block", {"blocked": "perhaps"}),
    ]
    async with aiohttp.ClientSession(f"{server.url}/") as page:
        for action, body in wrong:
            answer = await page.post(f"chat/{action}", json=body)
            assert 400 <= answer.status < 500, action
            assert (await answer.json())["error"], action


async def test_a_stream_goes_on_where_it_was_left(server: LocalServer, phone: Phone) -> None:
    await phone.says("one")
    await phone.says("two")
    seen = await phone.waits_for_event(lambda event: event["kind"] == "message")
    last = {"Last-Event-ID": str(seen["n"])}
    async with (
        aiohttp.ClientSession(f"{server.url}/") as page,
        page.get("chat/events?chat=1001", headers=last) as stream,
    ):
        assert stream.content_type == "text/event-stream"
        lines = [await stream.content.readline() for _ in range(2)]
    assert json.loads(lines[1].removeprefix(b"data: "))["message"]["text"] == "two"


async def test_a_page_that_comes_back_is_told_what_a_message_said_before_it_was_edited(
    server: LocalServer, phone: Phone
) -> None:
    before = await phone.says("befroe")
    await phone.edits(before["message_id"], text="before")
    async with aiohttp.ClientSession(f"{server.url}/") as page, page.get("chat/events?chat=1001") as stream:
        told = [
            json.loads(line.removeprefix(b"data: "))
            for line in [await stream.content.readline() for _ in range(6)][1::3]
        ]
    assert [(event["kind"], event["message"]["text"]) for event in told] == [
        ("message", "befroe"),
        ("edited", "before"),
    ]


@pytest.mark.parametrize("is_length_known", [True, False])
@pytest.mark.parametrize("piece", [1, 7, 4096])
async def test_an_upload_arrives_whole_in_whatever_pieces_it_comes(
    server: LocalServer, phone: Phone, piece: int, *, is_length_known: bool
) -> None:
    content = b"\r\n--almost\r\n--borde" + bytes(range(256)) + b"\r\n"
    body = (
        b'--border\r\nContent-Disposition: form-data; name="kind"\r\n\r\ndocument\r\n'
        b'--border\r\nContent-Disposition: form-data; name="caption"\r\n\r\n\r\n'
        b'--border\r\nContent-Disposition: form-data; name="file"; filename="a \xc3\xa9 %22.bin"\r\n'
        b"Content-Type: application/x-thing\r\n\r\n" + content + b"\r\n--border--\r\n"
    )
    length = f"Content-Length: {len(body)}" if is_length_known else "Transfer-Encoding: chunked"
    head = (
        f"POST {URL(server.url).path}/chat/file HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n"
        'Content-Type: multipart/form-data; boundary="border"\r\nConnection: close\r\n\r\n'
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(server.url).port)
    writer.write(head.encode())
    for start in range(0, len(body), piece):
        part = body[start : start + piece]
        writer.write(part if is_length_known else b"%x\r\n%s\r\n" % (len(part), part))
        await writer.drain()
    writer.write(b"" if is_length_known else b"0\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    sent = (await phone.waits_for_event(lambda event: event["kind"] == "message"))["message"]
    assert (sent["media"]["name"], sent["media"]["mime"]) == ('a é ".bin', "application/x-thing")
    assert await phone.looks_at(sent) == content


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x"),
        ("multipart/form-data; boundary=x", b"--y--"),
        ("multipart/form-data", b"--x--"),
        ("application/json", b"{"),
        ("application/json", b"[1]"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_a_sentence(
    server: LocalServer, kind: str, body: bytes
) -> None:
    async with aiohttp.ClientSession(f"{server.url}/", headers={"Content-Type": kind}) as client:
        for path in ("/bot1:local/getMe", "chat/text"):
            answer = await client.post(path, data=body)
            assert answer.status == 400, path
            assert "can" in str(await answer.json())


async def test_all_we_send_is_as_the_bot_api_says(server: LocalServer, phone: Phone, wire: Wire) -> None:
    sent = await phone.says("/start see https://a.org")
    await phone.says("answer", reply_to=sent["message_id"])
    await phone.sends_photo([painted(), painted(1280, 960)], caption="both")
    for kind in ("document", "sticker", "video", "voice"):
        [last] = await phone.sends_photo(painted(), kind=kind, caption="words" if kind == "document" else None)
    await phone.edits(sent["message_id"], "changed")
    await phone.blocks()
    await phone.blocks(False)
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}, {"text": "c", "url": "https://a.org"}]]}
    media = json.dumps([{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}])
    message = await wire.call("sendMessage", chat_id=1001, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard)
    here = {"chat_id": 1001, "message_id": message["message_id"]}
    await phone.presses("a")
    updates = await wire.updates()
    assert len(updates) == 12
    check_object("Array of Update", updates)
    checked = [
        ("User", await wire.call("getMe")),
        ("Message", message),
        ("Message", await wire.call("editMessageText", **here, text="y", link_preview_options={"is_disabled": True})),
        ("Message", await wire.upload("sendPhoto", {"photo": painted()}, chat_id="1001", caption="x")),
        ("Message", await wire.upload("sendDocument", {"document": b"x"}, chat_id="1001")),
        (
            "Array of Message",
            await wire.upload("sendMediaGroup", {"a": painted(), "b": painted()}, chat_id="1001", media=media),
        ),
        ("File", await wire.call("getFile", file_id=updates[2]["message"]["photo"][0]["file_id"])),
        ("WebhookInfo", await wire.call("getWebhookInfo")),
        ("BotName", await wire.call("getMyName")),
        ("BotDescription", await wire.call("getMyDescription")),
        ("BotShortDescription", await wire.call("getMyShortDescription")),
        ("Array of BotCommand", await wire.call("getMyCommands")),
        ("True", await wire.call("close")),
    ]
    for kind, value in checked:
        assert wire.answer["ok"], value
        check_object(kind, value)
    assert last["media"]["kind"] == "voice"


async def test_two_servers_in_one_process_know_nothing_of_each_other(tmp_path: Path, phone: Phone) -> None:
    async with LocalServer(folder=tmp_path / "b", token=None) as other, Phone(other.url) as elsewhere:
        await elsewhere.says("hi")
        async with Wire(other.url, "77:anything") as wire:
            assert len(await wire.updates()) == 1
        assert (await phone.state())["messages"] == []


async def test_no_token_and_no_text_is_logged(phone: Phone, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await phone.says("something private")
        await wire.call("sendMessage", chat_id=1001, text="more of it")
    assert "1:local" not in caplog.text
    assert "private" not in caplog.text


async def test_the_server_runs_alone_and_says_where(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot.local", "--port", "0", "--folder", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    async with Wire(url) as wire:
        assert (await wire.call("getMe"))["is_bot"]
    process.terminate()
    assert await process.wait() == 0
    assert not (tmp_path / "files").exists()
