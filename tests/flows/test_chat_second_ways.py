"""What Telegram refuses for good is said another way; where nobody can be told anything, that is no trouble."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from chat import ADMIN, agree, buttons
from fake_disease import SaysWhatItIsTold, photo
from phone import Message, Phone
from processes import all_met, states, until

from bot.app import Checkup
from bot.local import LocalServer
from bot.local.state.records import Person

NOT_TAKEN = (
    *("PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "PHOTO_SAVE_FILE_INVALID", "MEDIA_EMPTY"),
    *("file of size 11000000 bytes is too big for a photo; the maximum size is 10485760 bytes", "wrong file"),
    *("not enough rights to send photos to the chat", "CHAT_SEND_PHOTOS_FORBIDDEN", "CHAT_SEND_MEDIA_FORBIDDEN"),
)
NOT_REPLIED_TO = ("message to be replied not found", "replied message not found", "REPLY_MESSAGE_ID_INVALID")
TOPICS = ("TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found")
BUTTONS = (
    "BUTTON_DATA_INVALID",
    "can't parse inline keyboard button: Text buttons are unallowed",
    *("REPLY_MARKUP_TOO_LONG", "reply markup is too long"),
)
NOBODY = (
    *[("400", reason) for reason in ("chat not found", "PEER_ID_INVALID", "CHAT_WRITE_FORBIDDEN", "user not found")],
    ("400", "not enough rights to send text messages to the chat"),
    *[("400", why) for why in ("have no rights to send a message", "have no write access to the chat")],
    *[("400", why) for why in ("ALLOW_PAYMENT_REQUIRED_5", "PRIVACY_PREMIUM_REQUIRED")],
    *[("403", f"Forbidden: {why}") for why in ("bot was kicked from the supergroup chat", "user is deactivated")],
    *[("403", f"Forbidden: {why}") for why in ("bot was blocked by the user", "bot is not a member of the group chat")],
)


def said(message: Message) -> str:
    """Return a message's words, whatever stands above them."""
    return str(message["caption"] or message["text"] or "")


@pytest.fixture(autouse=True)
def nothing_to_alarm_about(caplog: pytest.LogCaptureFixture) -> None:
    """Keep warnings."""
    caplog.set_level(logging.WARNING)


@pytest.mark.parametrize("reason", NOT_TAKEN)
async def test_a_picture_that_cannot_be_sent_is_said_in_words(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendPhoto", "400", description=f"Bad Request: {reason}", times=100)
    (sent,) = await agreed.sends_photo(photo())
    answer = await agreed.waits_for(lambda message: "looks most like" in said(message))
    assert answer["media"] is None
    assert answer["reply_to"] == sent["message_id"]
    assert "Was this right?" in buttons(answer)
    assert engine.seen == 1
    assert not caplog.records


@pytest.mark.parametrize("reason", [*NOT_REPLIED_TO, *TOPICS])
async def test_what_cannot_be_a_reply_or_in_its_topic_is_sent_all_the_same(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("sendPhoto", "sendMessage"):
        server.faults.add(method, "400", description=f"Bad Request: {reason}")
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    assert answer["reply_to"] is None
    assert answer["media"] is not None
    await agreed.says("/help")
    assert (await agreed.waits_for("For a good photo"))["reply_to"] is None
    assert engine.seen == 1
    assert not caplog.records


@pytest.mark.parametrize("method", ["sendPhoto", "sendDocument"])
async def test_what_others_delete_as_soon_as_it_is_sent_is_not_sent_again(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    deleted = "Internal Server Error: sent message was immediately deleted and can't be returned"
    fault = server.faults.add(method, "500", description=deleted, times=100)
    await (agreed.sends_photo(photo()) if method == "sendPhoto" else agreed.says("/export"))
    await until(lambda: server.faults.coming != [fault])
    await agreed.says("/help")
    assert await agreed.waits_for("For a good photo")
    (left,) = server.faults.coming
    assert left.times == 99
    assert not caplog.records


@pytest.mark.parametrize("reason", BUTTONS)
async def test_buttons_that_telegram_does_not_take_cost_no_answer(
    agreed: Phone, server: LocalServer, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendPhoto", "400", description=f"Bad Request: {reason}")
    await agreed.sends_photo(photo())
    assert "Was this right?" not in buttons(await agreed.waits_for("looks most like"))
    assert not caplog.records


async def test_text_that_telegram_cannot_read_as_html_is_sent_as_it_is(agreed: Phone, server: LocalServer) -> None:
    wrong = 'Bad Request: can\'t parse entities: Unsupported start tag "b" at byte offset 21'
    server.faults.add("sendPhoto", "400", description=wrong)
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("This looks most like Mole.")
    assert "<" not in answer["html"]


@pytest.mark.parametrize("reason", ["message caption is too long", "MEDIA_CAPTION_TOO_LONG"])
async def test_a_caption_that_is_too_long_comes_below_the_picture(
    agreed: Phone, server: LocalServer, reason: str
) -> None:
    server.faults.add("sendPhoto", "400", description=f"Bad Request: {reason}")
    await agreed.sends_photo(photo())
    picture = await agreed.waits_for(lambda message: message["media"] is not None)
    assert picture["caption"] is None
    assert not picture["buttons"]
    answer = await agreed.waits_for("looks most like")
    assert answer["media"] is None
    assert "Was this right?" in buttons(answer)


async def test_a_text_that_is_too_long_comes_in_pieces(agreed: Phone, server: LocalServer) -> None:
    server.faults.add("sendMessage", "400", description="Bad Request: message is too long")
    await agreed.says("/privacy")
    first = await agreed.waits_for("Your photo is never stored")
    assert "<b>Your photo is never stored.</b>" in first["html"]
    assert "Telegram itself keeps" not in first["text"]
    assert await agreed.waits_for("Telegram itself keeps")


async def test_what_telegram_refuses_in_words_nobody_knows_is_said_as_plainly_as_possible(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    server.faults.add("sendPhoto", "400", description="Bad Request: SOMETHING_NEW")
    server.faults.add("sendMessage", "400", description="Bad Request: SOMETHING_ELSE_NEW")
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("This looks most like Mole.")
    assert not answer["buttons"]
    assert engine.seen == 1


@pytest.mark.parametrize(("code", "reason"), NOBODY)
async def test_where_nobody_can_be_told_anything_it_is_done_and_nobody_is_alarmed(
    agreed: Phone,
    server: LocalServer,
    engine: SaysWhatItIsTold,
    tmp_path: Path,
    code: str,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        description = reason if code == "403" else f"Bad Request: {reason}"
        server.faults.add("sendPhoto", code, description=description)
        await agreed.sends_photo(photo())
        await until(lambda: all_met(server))
        await agreed.says("/help")
        await agreed.waits_for("For a good photo")
        assert not admin.seen
    assert engine.seen == 1
    await until(lambda: set(states(tmp_path)) == {"done"})
    assert not caplog.records


@pytest.mark.parametrize(("code", "reason"), NOBODY)
async def test_where_nothing_at_all_can_be_sent_it_is_done(
    agreed: Phone, server: LocalServer, tmp_path: Path, code: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    description = reason if code == "403" else f"Bad Request: {reason}"
    for method in ("sendMessage", "sendPhoto", "sendChatAction"):
        server.faults.add(method, code, description=description, times=100)
    before = len(states(tmp_path))
    await agreed.sends_photo(photo())
    await until(lambda: states(tmp_path) == ["done"] * (before + 1))
    assert not caplog.records


@pytest.mark.parametrize("reason", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
async def test_a_message_that_can_no_longer_be_edited_is_sent_anew(
    checkup: Checkup, server: LocalServer, phone: Phone, reason: str
) -> None:
    await phone.says("/start")
    asked = await phone.waits_for("18 or over")
    server.faults.add("editMessageText", "400", description=f"Bad Request: {reason}")
    await phone.presses("I am 18 or over and I agree", asked)
    thanks = await phone.waits_for("Thank you")
    assert thanks["message_id"] != asked["message_id"]


@pytest.fixture
async def moving(checkup: Checkup, server: LocalServer) -> AsyncIterator[tuple[Phone, Phone]]:
    """A group and the supergroup that it becomes, seen by somebody who has agreed."""
    async with (
        Phone(server.url, 1) as alone,
        Phone(server.url, 1, -5) as before,
        Phone(server.url, 1, -100555) as after,
    ):
        await agree(alone)
        await after.says("hello")
        yield before, after


def has_moved(server: LocalServer, *methods: str) -> None:
    """Let the next call of each method be told that the group is a supergroup now."""
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    for method in methods:
        server.faults.add(method, "400", description=moved, parameters={"migrate_to_chat_id": -100555})


async def test_a_group_that_became_a_supergroup_is_answered_there(
    moving: tuple[Phone, Phone], server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    before, after = moving
    has_moved(server, "sendChatAction", "sendPhoto")
    await before.sends_photo(photo(), caption="@checkup_local_bot")
    answer = await after.waits_for("looks most like")
    assert answer["media"] is not None
    assert not caplog.records


async def test_a_group_that_moved_twice_is_answered_where_it_is_now(
    moving: tuple[Phone, Phone], server: LocalServer, engine: SaysWhatItIsTold, caplog: pytest.LogCaptureFixture
) -> None:
    before, after = moving
    for new in (-100444, -100555):
        server.faults.add("sendPhoto", "400", parameters={"migrate_to_chat_id": new})
    await before.sends_photo(photo(), caption="@checkup_local_bot")
    assert (await after.waits_for("looks most like"))["media"] is not None
    assert engine.seen == 1
    assert not caplog.records


@pytest.mark.parametrize("numbers", [(-5,), (-100444, -5)])
async def test_a_group_that_moves_in_a_circle_is_left_in_peace(
    moving: tuple[Phone, Phone],
    server: LocalServer,
    numbers: tuple[int, ...],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, _ = moving
    for new in numbers * 10:
        server.faults.add("sendPhoto", "400", parameters={"migrate_to_chat_id": new})
    await before.sends_photo(photo(), caption="@checkup_local_bot")
    await until(lambda: set(states(tmp_path)) == {"done"})
    assert not caplog.records


async def test_what_waited_in_a_group_that_became_a_supergroup_is_answered_there_too(
    moving: tuple[Phone, Phone], server: LocalServer, tmp_path: Path
) -> None:
    before, after = moving
    has_moved(server, "sendPhoto")
    await before.sends_photo([photo(), photo(480, 640), photo(500, 500)], caption="@checkup_local_bot")
    answers = [await after.waits_for("looks most like") for _ in range(3)]
    assert len({answer["message_id"] for answer in answers}) == 3
    await until(lambda: set(states(tmp_path)) == {"done"})
    await before.says("/help@checkup_local_bot")
    await before.waits_for("For a good photo")


async def test_a_photo_that_was_held_in_a_group_that_moved_answers_nobody_else_s_message_there(
    checkup: Checkup, server: LocalServer
) -> None:
    where = {"date": 1795000000, "chat": {"id": -5, "type": "group", "title": "G"}}
    async with (
        Phone(server.url, 2) as alone,
        Phone(server.url, 2, -5) as before,
        Phone(server.url, 2, -100555) as after,
        Phone(server.url, 3, -100555) as somebody,
    ):
        (held,) = await before.sends_photo(photo(), caption="@checkup_local_bot")
        await before.waits_for("18 or over")
        await somebody.says("hello")
        await after.says("hello")
        put_in_supergroup(server, held, Person(id=3))
        server.send_update("message", where | {"message_id": 10**6, "migrate_to_chat_id": -100555})
        await agree(alone)
        answer = await after.waits_for("looks most like")
        assert answer["reply_to"] is None
        await after.presses("Was this right?", answer)
        assert await after.waits_for(lambda message: "Yes" in buttons(message))


def put_in_supergroup(server: LocalServer, like: Message, person: Person | None) -> None:
    """Put a message into the supergroup that has a number there which a message of the group had."""
    assert server._state is not None
    known = server._state.message(-5, like["message_id"])
    assert known is not None
    server._state.add(replace(known, chat_id=-100555, person=person))
