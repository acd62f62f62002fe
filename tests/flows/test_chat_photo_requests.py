"""Which photo a message is about, and when it is looked at: edits, spoilers, replies, live photos, files off the disk."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from chat import agree
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.registry import Registry

BOT = "@checkup_local_bot"


@pytest.fixture
async def group(checkup: Checkup, server: LocalServer) -> Phone:
    """Somebody who has agreed, in a group with the bot."""
    async with Phone(server.url, 7) as alone:
        await agree(alone)
    return Phone(server.url, 7, -5)


async def messages_until_help(phone: Phone, ask: str = "/help") -> int:
    """Ask for help, which is answered after all that was sent before; return how many messages the bot sent until then."""
    before = len(phone.seen)
    await phone.says(ask)
    await phone.waits_for("For a good photo")
    said = [event["message"] for event in phone.seen[before:] if event["kind"] == "message"]
    return sum(message["from"] == "bot" for message in said)


async def test_an_edit_that_changed_nothing_is_not_looked_at_again(agreed: Phone, engine: SaysWhatItIsTold) -> None:
    (sent,) = await agreed.sends_photo(photo(), caption="my arm")
    await agreed.waits_for("looks most like")
    for caption in ("my arm", "my left arm"):
        await agreed.edits(sent["message_id"], text=caption)
    assert await messages_until_help(agreed) == 1
    assert engine.seen == 1
    await agreed.edits(sent["message_id"], photo=photo(600, 600))
    await agreed.waits_for("looks most like")
    assert engine.seen == 2


async def test_an_edit_is_known_after_a_restart_and_forgotten_with_its_person(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, engine: SaysWhatItIsTold
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        (sent,) = await phone.sends_photo(photo())
        await phone.waits_for("looks most like")
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.edits(sent["message_id"], text="nothing new")
        assert await messages_until_help(phone) == 1
        assert engine.seen == 1
        await phone.says("/forget")
        await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
        await phone.waits_for("Done.")
        await agree(phone)
        await phone.edits(sent["message_id"], text="nothing new again")
        assert await phone.waits_for("looks most like")


async def test_a_photo_that_names_the_bot_only_after_an_edit_is_looked_at_once(
    group: Phone, engine: SaysWhatItIsTold
) -> None:
    async with group:
        (sent,) = await group.sends_photo(photo(), caption="my arm")
        for caption in (f"my arm {BOT}", f"my left arm {BOT}"):
            await group.edits(sent["message_id"], text=caption)
        await group.waits_for("looks most like")
        assert await messages_until_help(group, f"/help{BOT}") == 1
    assert engine.seen == 1


@pytest.mark.parametrize("spoiler", [True, False])
async def test_a_spoiler_stays_a_spoiler(agreed: Phone, spoiler: bool) -> None:
    await agreed.sends_photo(photo(), spoiler=spoiler)
    answer = await agreed.waits_for("looks most like")
    assert answer["spoiler"] is spoiler


@pytest.mark.parametrize(
    "text", [f"{BOT} what is this?", "look, @Checkup_Local_Bot", "/skin", f"/skin{BOT}", "/SKIN ?"]
)
@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_in_a_group_a_reply_to_a_photo_that_asks_the_bot_is_answered_with_that_photo(
    group: Phone, text: str, kind: str
) -> None:
    async with group:
        (sent,) = await group.sends_photo(photo(), kind=kind, spoiler=kind == "photo")
        await group.says(text, reply_to=sent["message_id"])
        answer = await group.waits_for("looks most like")
        assert answer["reply_to"] == sent["message_id"]
        assert answer["spoiler"] is (kind == "photo")


@pytest.mark.parametrize("how", ["by its name", "of another chat"])
async def test_a_photo_is_found_however_it_is_quoted_and_the_bot_however_it_is_named(
    group: Phone, server: LocalServer, agreed: Phone, how: str
) -> None:
    async with group:
        await group.says("hello")
        (sent,) = await agreed.sends_photo(photo())
        await agreed.waits_for("looks most like")
        where = {"id": -5, "type": "supergroup", "title": "G"}
        asked = {**message(10**6), "chat": where, "from": {"id": 7, "is_bot": False, "first_name": "A"}}
        shown = {"photo": await known_sizes(server, sent), "has_media_spoiler": True}
        if how == "by its name":
            bot = {"id": 1, "is_bot": True, "first_name": "Checkup"}
            asked |= {"text": "Checkup?", "entities": [{"type": "text_mention", "offset": 0, "length": 7, "user": bot}]}
            asked |= {"reply_to_message": {**asked, **shown, "message_id": 10**6 - 1}}
            asked["reply_to_message"] = {
                k: v for k, v in asked["reply_to_message"].items() if k not in ("text", "entities")
            }
        else:
            asked |= {"text": "/skin", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
            origin = {"type": "hidden_user", "sender_user_name": "B", "date": 1795000000}
            asked |= {"external_reply": {"origin": origin, **shown}}
        server.send_update("message", asked)
        answer = await group.waits_for("looks most like")
        assert answer["spoiler"]


async def test_whoever_asks_about_another_persons_photo_is_answered_and_gives_the_feedback(
    group: Phone, server: LocalServer
) -> None:
    async with group, Phone(server.url, 2, -5) as ben:
        (sent,) = await ben.sends_photo(photo(), spoiler=True)
        asked = await group.says(BOT, reply_to=sent["message_id"])
        answer = await group.waits_for("looks most like")
        assert (answer["reply_to"], answer["spoiler"]) == (asked["message_id"], True)
        await group.presses("Was this right?", answer)
        await group.presses("Yes", await group.waits_for(lambda message: "Don't know yet" in str(message["buttons"])))
        assert await group.waits_for_event(lambda event: "Thank you" in str(event.get("text")))


@pytest.mark.parametrize("text", ["what is this?", "/skin@other_bot", "@other_bot look", "/nothing", "skin"])
async def test_a_reply_to_a_photo_that_does_not_ask_the_bot_is_left_alone(group: Phone, text: str) -> None:
    async with group:
        (sent,) = await group.sends_photo(photo())
        await group.says(text, reply_to=sent["message_id"])
        assert await messages_until_help(group, f"/help{BOT}") == 1


async def test_in_a_private_chat_a_command_in_reply_to_a_photo_looks_at_it_again(
    agreed: Phone, engine: SaysWhatItIsTold
) -> None:
    (sent,) = await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    await agreed.says("/skin", reply_to=sent["message_id"])
    await agreed.waits_for("looks most like")
    assert engine.seen == 2
    await agreed.says("/skin", reply_to=answer["message_id"])  # the bot's own picture is no photo
    await agreed.waits_for("Send me a photo for Skin spot")
    await agreed.says("/help", reply_to=sent["message_id"])
    await agreed.waits_for("For a good photo")


async def test_a_photo_that_was_asked_about_waits_for_consent_like_any_other(
    checkup: Checkup, server: LocalServer, phone: Phone
) -> None:
    async with Phone(server.url, 1001, -5) as group:
        (sent,) = await group.sends_photo(photo())
        await group.says(BOT, reply_to=sent["message_id"])
        question = await group.waits_for("I have your photo")
        await group.presses("I am 18 or over and I agree", question)
        await group.waits_for("I am looking at your photo now")
        assert await group.waits_for("looks most like")


@pytest.mark.parametrize("with_photo", [True, False])
async def test_of_a_live_photo_the_still_is_looked_at(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, with_photo: bool
) -> None:
    (sent,) = await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    still = await known_sizes(server, sent)
    film = {"file_id": "v", "file_unique_id": "w", "width": 702, "height": 704, "duration": 2, "photo": still}
    live = {**message(10**6), "live_photo": film, **({"photo": still} if with_photo else {})}
    server.send_update("message", live)
    await agreed.waits_for("looks most like")
    assert engine.seen == 2
    server.send_update("message", {**message(10**6 + 1), "live_photo": {**film, "photo": []}})
    assert await agreed.waits_for("I cannot see this live photo")


async def test_what_telegram_tells_of_an_edit_nobody_made_is_passed_over(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    (sent,) = await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    seen = {**message(10**6), "photo": await known_sizes(server, sent)}
    server.send_update("message", seen)
    await agreed.waits_for("looks most like")
    server.send_update("edited_message", {**seen, "edit_date": 1795000005})
    assert await messages_until_help(agreed) == 1
    assert engine.seen == 2


@pytest.mark.parametrize("name", ["IMG_1.HIF", "DSC.jfif", "IMG.jpe", "a.MPO", "photo", "IMG_1"])
@pytest.mark.parametrize("mime", ["application/octet-stream", "application/x-something"])
async def test_a_photo_file_is_known_by_its_first_bytes(agreed: Phone, name: str, mime: str) -> None:
    await agreed.sends_photo(photo(), kind="document", name=name, mime=mime)
    assert await agreed.waits_for("looks most like")


@pytest.mark.parametrize(("name", "mime"), [("scan.pdf", "application/pdf"), ("spot.txt", "text/plain")])
async def test_a_photo_in_a_file_that_is_called_something_else_is_looked_at(
    agreed: Phone, name: str, mime: str
) -> None:
    await agreed.sends_photo(photo(), kind="document", name=name, mime=mime)
    await agreed.presses("Follow this spot", await agreed.waits_for("looks most like"))
    await agreed.presses("Yes, follow it", await agreed.waits_for("To show you a spot over time"))
    assert await agreed.waits_for("Where on the body is it?")


async def test_of_a_file_that_is_something_else_only_its_beginning_is_fetched(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    server.faults.add("file", "endless")
    await agreed.sends_photo(b"%PDF-1.7", kind="document", name="letter.pdf", mime="application/pdf")
    assert await agreed.waits_for("cannot read PDFs")
    await agreed.sends_photo(bytes(21 * 2**20), kind="document", name="book.pdf", mime="application/pdf")
    assert await agreed.waits_for("cannot read PDFs")
    assert engine.seen == 0


async def test_a_photo_that_is_called_something_else_waits_for_consent_as_any_other(
    checkup: Checkup, phone: Phone
) -> None:
    await phone.sends_photo(photo(), kind="document", name="scan.pdf", mime="application/pdf")
    assert await phone.waits_for("I have your photo")


def message(number: int) -> dict[str, Any]:
    """Return a message from the person in their private chat, as Telegram sends it, with nothing in it."""
    robin = {"id": 1001, "first_name": "Robin"}
    return {
        "message_id": number,
        "date": 1795000000,
        "chat": {**robin, "type": "private"},
        "from": {**robin, "is_bot": False},
    }


async def known_sizes(server: LocalServer, sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sizes of a photo that was sent."""
    state = server._state
    assert state is not None
    found = state.files.find(sent["media"]["id"])
    assert found is not None
    return [
        {"file_id": one.file_id, "file_unique_id": one.unique_id, "width": one.width, "height": one.height}
        for one in found[0].files
    ]


async def test_files_of_a_server_with_local_are_read_off_the_disk(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    server.give_paths()
    local = settings.model_copy(update={"api_local": True})
    async with answering(local, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.sends_photo(photo())
        await phone.waits_for("looks most like")
        await phone.sends_photo(bytes(20 * 2**20 + 1), kind="document", name="spot.jpg", mime="")
        assert await phone.waits_for("up to 20 MB")


async def test_files_that_can_only_be_read_off_the_disk_are_refused_with_how_to_set_it(
    checkup: Checkup, server: LocalServer, agreed: Phone, engine: SaysWhatItIsTold, caplog: pytest.LogCaptureFixture
) -> None:
    server.give_paths()
    await agreed.sends_photo(photo())
    await agreed.waits_for("I could not fetch your photo")
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "CHECKUP_API_LOCAL=1" in line
    assert "1:local" not in line
    assert engine.seen == 0


async def test_files_that_are_out_of_the_bots_reach_are_named_without_their_path(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.give_paths(Path("/nowhere/1:x/photos"))
    local = settings.model_copy(update={"api_local": True})
    async with answering(local, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.sends_photo(photo())
        await phone.waits_for("I could not fetch your photo")
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "No such file" in line
    assert "1:x" not in line


async def test_a_file_that_telegram_no_longer_has_is_asked_for_again(agreed: Phone, server: LocalServer) -> None:
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    server.faults.add("getFile", "400", description=gone)
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("Please send it again")
