"""What a person does reaches the bot: polled or brought, in order, until it is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from phone import TIMEOUT, Phone
from pictures import painted
from wire import Wire

from bot.local import LocalServer


async def test_an_update_comes_again_until_it_is_confirmed(phone: Phone, wire: Wire) -> None:
    for text in ("one", "two", "three"):
        await phone.says(text)
    first = await wire.updates(limit=2)
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert await wire.updates(limit=2) == first
    rest = await wire.updates(offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert await wire.updates(offset=rest[-1]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_the_last_ones(phone: Phone, wire: Wire) -> None:
    for text in ("one", "two", "three"):
        await phone.says(text)
    assert [update["message"]["text"] for update in await wire.updates(offset=-1)] == ["three"]


async def test_a_long_poll_ends_with_the_first_update(phone: Phone, wire: Wire) -> None:
    polling = asyncio.create_task(wire.updates(timeout=50))
    await phone.waits_for_connection()
    await phone.says("now")
    [update] = await polling
    assert update["message"]["text"] == "now"


async def test_the_second_poller_sends_the_first_one_home(server: LocalServer, phone: Phone, wire: Wire) -> None:
    async with Wire(server.url) as other:
        first = asyncio.create_task(wire.call("getUpdates", timeout=50))
        await phone.waits_for_connection()
        assert await other.updates() == []
        assert (await first).startswith("Conflict: terminated by other getUpdates request")
        assert wire.answer["error_code"] == 409


async def test_only_what_the_bot_asked_for_is_queued(phone: Phone, wire: Wire) -> None:
    await wire.updates(allowed_updates=["edited_message"])
    sent = await phone.says("one")
    await phone.edits(sent["message_id"], "two")
    [update] = await wire.updates()
    assert update["edited_message"]["text"] == "two" and update["edited_message"]["edit_date"]


async def test_a_message_holds_what_telegram_would_say(phone: Phone, wire: Wire) -> None:
    sent = await phone.says("/start@checkup_local_bot now")
    await phone.sends_photo(painted(1280, 960), caption="😀 /x")
    await phone.says("again", reply_to=sent["message_id"])
    start, photo, reply = (update["message"] for update in await wire.updates())
    assert start["from"] == {"id": 1001, "is_bot": False, "first_name": "Robin", "language_code": "en"}
    assert start["chat"] == {"id": 1001, "type": "private", "first_name": "Robin"}
    assert start["entities"] == [{"type": "bot_command", "offset": 0, "length": 24}]
    assert [size["width"] for size in photo["photo"]] == [90, 320, 800, 1280]
    assert photo["caption_entities"] == [{"type": "bot_command", "offset": 3, "length": 2}]
    assert reply["reply_to_message"]["text"] == start["text"]


async def test_an_album_a_document_and_the_rest_arrive_as_what_they_are(phone: Phone, wire: Wire) -> None:
    await phone.sends_photo([painted(), painted()], caption="both")
    await phone.sends_photo(b"%PDF-1.4", kind="document", name="letter é.pdf")
    await phone.sends_photo(b"not a picture")
    await phone.sends_photo(painted(4000, 3))
    for kind, name in (("sticker", "a.webp"), ("video", "a.mp4"), ("voice", "a.ogg")):
        await phone.sends_photo(painted(), kind=kind, name=name)
    first, second, letter, broken, strip, sticker, video, voice = (update["message"] for update in await wire.updates())
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "both" and "caption" not in second
    assert (letter["document"]["file_name"], letter["document"]["mime_type"]) == ("letter é.pdf", "application/pdf")
    assert broken["document"]["file_name"] == "spot.jpg"
    assert strip["document"]["mime_type"] == "image/jpeg"
    assert sticker["sticker"]["is_animated"] is False
    assert video["video"]["mime_type"] == "video/mp4"
    assert voice["voice"]["duration"] == 3


async def test_a_group_is_a_group(server: LocalServer, wire: Wire) -> None:
    async with Phone(server.url, person=7, chat=-5) as robin, Phone(server.url, person=8, chat=-5) as other:
        await robin.says("hello all")
        [update] = await wire.updates()
        assert update["message"]["chat"] == {"id": -5, "type": "group", "title": "Group"}
        assert update["message"]["from"]["id"] == 7
        await wire.call("sendMessage", chat_id=-5, text="hello robin")
        await robin.waits_for("hello robin")
        await other.waits_for("hello robin")


async def test_a_tapped_button_reaches_the_bot_with_its_message(phone: Phone, wire: Wire) -> None:
    await phone.says("hi")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "More", "url": "https://a.org"}]]}
    await wire.call("sendMessage", chat_id=1001, text="well?", reply_markup=keyboard)
    pressed = await phone.presses("Yes")
    assert await phone.presses("More") == "https://a.org"
    query = (await wire.updates())[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]["text"]) == (pressed, "y", "well?")
    assert query["message"]["reply_markup"] == keyboard
    assert await wire.call("answerCallbackQuery", callback_query_id=pressed, text="Thanks", show_alert=True)
    answer = await phone.waits_for_event(lambda event: event["kind"] == "answer")
    assert (answer["callback_query_id"], answer["text"], answer["alert"]) == (pressed, "Thanks", True)
    late = await wire.call("answerCallbackQuery", callback_query_id="1")
    assert late == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_blocked_bot_hears_of_it_and_cannot_write(phone: Phone, wire: Wire) -> None:
    await phone.says("hi")
    await phone.blocks()
    assert await wire.call("sendMessage", chat_id=1001, text="x") == "Forbidden: bot was blocked by the user"
    assert (await wire.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await phone.blocks(False)
    await wire.call("sendMessage", chat_id=1001, text="back")
    await phone.waits_for("back")


async def test_update_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    numbers: list[int] = []
    for _ in range(2):
        async with LocalServer(folder=tmp_path) as server, Phone(server.url) as phone, Wire(server.url) as wire:
            for _ in range(3):
                await phone.says("hi")
            numbers += [update["update_id"] for update in await wire.updates()]
    assert numbers == sorted(set(numbers))


class Hook:
    """Somebody's web server that the updates are brought to."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.came: list[tuple[str | None, dict[str, Any]]] = []
        self.news = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        self.news.set()
        return web.Response(status=self.status)

    async def has(self, number: int) -> None:
        await self._until(lambda: len(self.came) >= number)

    async def has_text(self, text: str) -> None:
        await self._until(lambda: any(update["message"]["text"] == text for _, update in self.came))

    async def _until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(TIMEOUT):
            while not ready():
                self.news.clear()
                await self.news.wait()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    found = Hook()
    app = web.Application()
    app.router.add_post("/", found.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield found
    await runner.cleanup()


async def test_a_webhook_gets_the_updates_in_order_with_its_secret(phone: Phone, wire: Wire, hook: Hook) -> None:
    await phone.says("one")
    await wire.call("setWebhook", url=hook.url, secret_token="s3cret")
    await phone.says("two")
    await hook.has(2)
    assert [secret for secret, _ in hook.came] == ["s3cret", "s3cret"]
    assert [update["message"]["text"] for _, update in hook.came] == ["one", "two"]
    assert (await phone.state())["connected"]
    assert (await wire.call("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook is active")
    await wire.call("deleteWebhook")
    assert await wire.updates() == []


async def test_an_update_the_webhook_refuses_comes_again(phone: Phone, wire: Wire, hook: Hook) -> None:
    hook.status = 500
    await wire.call("setWebhook", url=hook.url, allowed_updates=["message"])
    await phone.says("one")
    await phone.says("two")
    await hook.has(2)
    info = await wire.call("getWebhookInfo")
    assert info["pending_update_count"] == 2
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    hook.status = 200
    await hook.has_text("two")
    assert (await wire.call("getWebhookInfo"))["pending_update_count"] <= 1
    texts = [update["message"]["text"] for _, update in hook.came]
    assert texts[:2] == ["one", "one"] and texts[-1] == "two" and texts == sorted(texts)


async def test_a_webhook_needs_a_url_and_a_clean_secret(wire: Wire) -> None:
    assert "HTTPS URL" in await wire.call("setWebhook", url="nowhere")
    assert "unallowed characters" in await wire.call("setWebhook", url="https://a.org", secret_token="a b")
    assert await wire.call("setWebhook", url="") is True
    assert (await wire.call("getWebhookInfo"))["url"] == ""
