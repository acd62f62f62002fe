"""The local server answers calls as Telegram does, the wrong ones too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from phone import Phone
from pictures import painted, size_of
from wire import Wire

from bot.local import LocalServer

CHAT = 1001


@pytest.fixture
async def met(phone: Phone) -> Phone:
    """Somebody who has written, so that the bot may write to them."""
    await phone.says("hello")
    return phone


async def test_every_way_of_calling_gives_the_same_answer(wire: Wire) -> None:
    me = await wire.call("getMe")
    assert me["is_bot"] and me["username"] == "checkup_local_bot"
    assert me == await wire.post("GETME", {}) == await wire.upload("getMe", {})


async def test_unknown_tokens_and_methods_are_refused(server: LocalServer, wire: Wire) -> None:
    assert await wire.call("makeCoffee") == "Not Found"
    assert "does not do sendPoll" in await wire.call("sendPoll", chat_id=1)
    for token in ("nonsense", "1:other"):
        async with Wire(server.url, token) as stranger:
            assert await stranger.call("getMe") == "Unauthorized"
            assert (await stranger.download("photos/file_1.jpg"))[0] == 401


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"chat_id": 7}, "chat not found"),
        ({"chat_id": "@somebody"}, "chat not found"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "  "}, "message text is empty"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"nonsense": 1}, 'unknown field "nonsense" in sendMessage'),
        ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}}, "BUTTON_DATA_INVALID"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "ftp://a.org"}]]}},
            "inline keyboard button URL 'ftp://a.org' is invalid: Unsupported URL protocol",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "http://localhost/"}]]}},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
async def test_a_wrong_message_is_refused_in_telegrams_words(
    met: Phone, wire: Wire, fields: dict[str, Any], said: str
) -> None:
    assert await wire.call("sendMessage", **{"chat_id": CHAT, "text": "hi", **fields}) == f"Bad Request: {said}"
    assert not [event for event in met.seen if event.get("message", {}).get("from") == "bot"]


async def test_limits_count_what_is_seen_not_the_tags(met: Phone, wire: Wire) -> None:
    await wire.call("sendMessage", chat_id=CHAT, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert wire.answer["ok"]
    long = await wire.upload("sendPhoto", {"photo": painted()}, chat_id=str(CHAT), caption="😀" * 513)
    assert long == "Bad Request: message caption is too long"


async def test_a_photo_is_sent_once_and_sent_again_by_its_id(met: Phone, wire: Wire) -> None:
    sent = await wire.upload("sendPhoto", {"photo": painted(1000, 500)}, chat_id=str(CHAT), caption="look")
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    again = await wire.call("sendPhoto", chat_id=CHAT, photo=sent["photo"][0]["file_id"])
    assert again["photo"] == sent["photo"]
    message = await met.waits_for("look")
    assert size_of(await met.looks_at(message)) == (1000, 500)
    assert size_of(await met.looks_at(message, size=320)) == (320, 160)


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (b"", "file must be non-empty"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (painted(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            b"x" * (10 * 2**20 + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_what_is_no_photo_is_not_sent_as_one(met: Phone, wire: Wire, photo: bytes, said: str) -> None:
    assert await wire.upload("sendPhoto", {"photo": photo}, chat_id=str(CHAT)) == f"Bad Request: {said}"


async def test_a_document_keeps_its_bytes_and_an_album_hangs_together(met: Phone, wire: Wire) -> None:
    sent = await wire.upload("sendDocument", {"document": b"0123"}, chat_id=str(CHAT), caption="data")
    path = (await wire.call("getFile", file_id=sent["document"]["file_id"]))["file_path"]
    assert await wire.download(path) == (200, b"0123")
    media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in ("a", "b")]
    album = await wire.upload(
        "sendMediaGroup", {"a": painted(), "b": painted()}, chat_id=str(CHAT), media=json.dumps(media)
    )
    assert album[0]["media_group_id"] == album[1]["media_group_id"]
    assert [message["caption"] for message in album] == ["a", "b"]
    assert "2 to 10" in await wire.call("sendMediaGroup", chat_id=CHAT, media=media[:1])
    assert "can't find the file" in await wire.call("sendMediaGroup", chat_id=CHAT, media=media)


async def test_a_message_is_edited_in_place_and_deleted(met: Phone, wire: Wire) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    sent = await wire.call("sendMessage", chat_id=CHAT, text="first", reply_markup=keyboard)
    here = {"chat_id": CHAT, "message_id": sent["message_id"]}
    same = await wire.call("editMessageText", **here, text="first", reply_markup=keyboard)
    assert same.startswith("Bad Request: message is not modified")
    edited = await wire.call("editMessageText", **here, text="second")
    assert edited["text"] == "second" and edited["edit_date"] and "reply_markup" not in edited
    shown = await met.waits_for("second")
    assert shown["edited"] and shown["buttons"] == [] and shown["message_id"] == sent["message_id"]
    assert "no caption" in await wire.call("editMessageCaption", **here, caption="x")
    await wire.call("editMessageReplyMarkup", **here, reply_markup=keyboard)
    assert (await met.waits_for("second"))["buttons"] == [[{"text": "a", "data": "b"}]]
    picture = json.dumps({"type": "photo", "media": "attach://p", "caption": "third"})
    await wire.upload("editMessageMedia", {"p": painted()}, media=picture, **{k: str(v) for k, v in here.items()})
    assert (await met.waits_for("third"))["media"]["kind"] == "photo"
    assert await wire.call("deleteMessage", **here) is True
    gone = await met.waits_for_event(lambda event: event["kind"] == "deleted")
    assert gone["message_ids"] == [sent["message_id"]]
    assert await wire.call("deleteMessage", **here) == "Bad Request: message to delete not found"
    assert await wire.call("editMessageText", **here, text="x") == "Bad Request: message to edit not found"
    assert await wire.call("deleteMessages", chat_id=CHAT, message_ids=[1, 2, 3]) is True


async def test_a_persons_message_cannot_be_edited_by_the_bot(phone: Phone, wire: Wire) -> None:
    sent = await phone.says("mine")
    answer = await wire.call("editMessageText", chat_id=CHAT, message_id=sent["message_id"], text="yours")
    assert answer == "Bad Request: message can't be edited"


async def test_a_file_over_20_megabytes_cannot_be_fetched_by_the_bot(phone: Phone, wire: Wire) -> None:
    await phone.sends_photo(b"x" * (20 * 2**20 + 1), kind="document", name="big.bin")
    [update] = await wire.updates()
    file_id = update["message"]["document"]["file_id"]
    assert await wire.call("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert "wrong file_id" in await wire.call("getFile", file_id="nonsense")


async def test_the_bot_says_what_it_is_and_the_page_is_told(phone: Phone, wire: Wire) -> None:
    commands = [{"command": "help", "description": "What to do"}]
    assert await wire.call("setMyCommands", commands=commands) is True
    assert await wire.call("setMyDescription", description="Looks at spots", language_code="") is True
    assert await wire.call("setMyShortDescription", short_description="Spots") is True
    shown = (await phone.state())["bot"]
    assert (shown["commands"], shown["description"], shown["short_description"]) == (
        commands,
        "Looks at spots",
        "Spots",
    )
    assert await phone.waits_for_event(
        lambda event: event["kind"] == "profile" and event["bot"]["commands"] == commands
    )
    assert await wire.call("getMyCommands") == commands
    assert await wire.call("getMyDescription", language_code="es") == {"description": "Looks at spots"}
    await wire.call("setMyCommands", commands=[{"command": "ayuda", "description": "Ayuda"}], language_code="es")
    async with Phone(wire.url, language="es") as spanish:
        assert (await spanish.state())["bot"]["commands"][0]["command"] == "ayuda"
    assert (
        await wire.call("setMyCommands", commands=[{"command": "No!", "description": "x"}])
        == "Bad Request: BOT_COMMAND_INVALID"
    )
    assert await wire.call("deleteMyCommands") is True
    assert await wire.call("getMyCommands") == []
