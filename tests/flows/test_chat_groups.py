"""In a group the bot answers when it is addressed, and only then."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat import AGREE, agree
from fake_disease import photo
from phone import Message, Phone

from bot.app import Checkup
from bot.local import LocalServer
from bot.local.wire.views import media_fields


@pytest.fixture
async def group(checkup: Checkup, server: LocalServer) -> AsyncIterator[Phone]:
    """Somebody who has agreed, in a group with the bot."""
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as opened:
        yield opened


@pytest.mark.parametrize(
    "caption", ["@checkup_local_bot", "look @Checkup_Local_Bot, please", "/skin@checkup_local_bot"]
)
async def test_a_photo_that_names_the_bot_is_answered(group: Phone, caption: str) -> None:
    (sent,) = await group.sends_photo(photo(), caption=caption)
    answer = await group.waits_for("looks most like")
    assert answer["reply_to"] == sent["message_id"]


async def test_a_photo_in_reply_to_the_bot_is_answered(group: Phone) -> None:
    await group.says("/help@checkup_local_bot")
    said = await group.waits_for("For a good photo")
    await group.sends_photo(photo(), reply_to=said["message_id"])
    assert await group.waits_for("looks most like")


@pytest.mark.parametrize("command", ["skin", "start", "nonsense", "diseases"])
async def test_who_is_asked_for_a_photo_is_told_how_to_send_it_there(group: Phone, command: str) -> None:
    await group.says(f"/{command}@checkup_local_bot")
    asks = await group.waits_for("send the photo in reply to this message")
    await group.sends_photo(photo(), reply_to=asks["message_id"])
    answer = await group.waits_for("looks most like")
    assert "in reply to this message" not in answer["caption"]


@pytest.mark.parametrize("sent", [photo(light=5), b"no photo"])
async def test_who_is_asked_for_another_photo_is_told_how_to_send_it_there(group: Phone, sent: bytes) -> None:
    await group.sends_photo(sent, caption="@checkup_local_bot", kind="document", name="spot.jpg")
    assert await group.waits_for("send the photo in reply to this message")


async def test_who_agrees_in_a_group_is_told_how_to_send_a_photo_there(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 2, -5) as phone:
        await phone.says("/start@checkup_local_bot")
        await phone.presses(AGREE, await phone.waits_for("18 or over"))
        assert await phone.waits_for("send the photo in reply to this message")


async def test_an_album_that_names_the_bot_is_answered_photo_by_photo(group: Phone) -> None:
    sent = await group.sends_photo([photo(), photo(480, 640)], caption="@checkup_local_bot")
    answers = [await group.waits_for("looks most like") for _ in sent]
    assert [answer["reply_to"] for answer in answers] == [message["message_id"] for message in sent]


async def test_a_file_that_names_the_bot_is_answered_or_refused(group: Phone) -> None:
    await group.sends_photo(
        photo(kind="PNG"), caption="@checkup_local_bot", kind="document", name="spot.png", mime="image/png"
    )
    await group.waits_for("looks most like")
    await group.sends_photo(
        b"%PDF", caption="@checkup_local_bot", kind="document", name="a.pdf", mime="application/pdf"
    )
    assert await group.waits_for("cannot read PDFs")


async def test_what_people_say_among_themselves_is_not_answered(group: Phone) -> None:
    await group.says("hello")
    await group.says("hello @checkup_local_bot")
    await group.says("/help")
    await group.says("/help@another_bot")
    await group.sends_photo(photo())
    await group.sends_photo(photo(), caption="for @another_bot")
    await group.sends_photo([photo(), photo()])
    await group.sends_photo(b"%PDF", kind="document", name="a.pdf", mime="application/pdf")
    await group.sends_photo(b"x", kind="sticker", name="s.webp", mime="image/webp")
    await group.says("/help@checkup_local_bot")
    await group.waits_for("For a good photo")
    assert sum(event["kind"] == "message" and event["message"]["from"] == "bot" for event in group.seen) == 1


GROUP = {"id": -5, "type": "supergroup", "title": "Group"}
CHANNEL = {"id": -100777, "type": "channel", "title": "Channel"}
FOR_NOBODY = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
SENDERS = {  # as Telegram sends them: who stands in place of whoever wrote it
    "an administrator": {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": GROUP},
    "a channel": {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}, "sender_chat": CHANNEL},
}
POSTS = {
    "a linked channel": {"from": FOR_NOBODY, "sender_chat": CHANNEL, "is_automatic_forward": True},
    "another bot": {"from": {"id": 4242, "is_bot": True, "first_name": "Other"}},
}


def written(server: LocalServer, what: str, like: Message) -> dict[str, object]:
    """Return a message to the bot: a command, a photo with its name below, or a question about somebody's photo."""
    assert server._state is not None
    shown = server._state.message(-5, like["message_id"])
    assert shown is not None
    photographed = {"photo": media_fields(shown.media)["photo"]} if shown.media else {}
    name = "@checkup_local_bot"
    mention = [{"type": "mention", "offset": 0, "length": len(name)}]
    replied = {"message_id": shown.message_id, "date": 1795000000, "chat": GROUP, "from": FOR_NOBODY, **photographed}
    return {
        "a command": {"text": f"/help{name}", "entities": [{"type": "bot_command", "offset": 0, "length": 23}]},
        "a photo": {"caption": name, "caption_entities": mention, **photographed},
        "a question": {"text": name, "entities": mention, "reply_to_message": replied},
    }[what] | {"message_id": 10**6, "date": 1795000000, "chat": GROUP}


@pytest.mark.parametrize("what", ["a command", "a photo", "a question"])
@pytest.mark.parametrize("sender", SENDERS)
async def test_who_writes_in_no_name_of_their_own_is_told_that_nobody_can_be_answered(
    group: Phone, server: LocalServer, sender: str, what: str
) -> None:
    (like,) = await group.sends_photo(photo())
    server.send_update("message", written(server, what, like) | SENDERS[sender])
    assert await group.waits_for("under your own name")


async def test_what_channels_post_and_other_bots_write_is_not_answered(group: Phone, server: LocalServer) -> None:
    (like,) = await group.sends_photo(photo())
    for sender in POSTS.values():
        for what in ("a command", "a photo", "a question"):
            server.send_update("message", written(server, what, like) | sender)
    server.send_update("message", written(server, "a photo", like) | SENDERS["a channel"] | {"caption": "for nobody"})
    await group.says("/help@checkup_local_bot")
    await group.waits_for("For a good photo")
    assert sum(event["kind"] == "message" and event["message"]["from"] == "bot" for event in group.seen) == 1
