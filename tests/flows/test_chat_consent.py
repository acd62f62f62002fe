"""Nobody's photo is looked at before they agreed; what came before is kept and answered then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from chat import AGREE, toast
from fake_disease import SaysWhatItIsTold, photo
from phone import Event, Message, Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry


def _asks(event: Event) -> bool:
    return event["kind"] == "message" and "18 or over" in (event["message"]["text"] or "")


async def test_start_says_what_this_is_and_asks_before_anything_else(checkup: Checkup, phone: Phone) -> None:
    await phone.says("/start")
    question = await phone.waits_for("18 or over")
    assert "not a diagnosis" in question["text"]
    assert "never stored" in question["text"]
    await phone.presses(AGREE, question)
    thanks = await phone.waits_for("Thank you")
    assert thanks["message_id"] == question["message_id"]
    assert thanks["buttons"] == []
    await phone.says("/start")
    await phone.waits_for("Good to see you again")


async def test_a_photo_that_comes_before_consent_is_kept_and_answered_right_after(
    checkup: Checkup, phone: Phone, engine: SaysWhatItIsTold
) -> None:
    (sent,) = await phone.sends_photo(photo())
    question = await phone.waits_for("I have your photo")
    assert engine.seen == 0
    await phone.presses(AGREE, question)
    await phone.waits_for("I am looking at your photo now")
    answer = await phone.waits_for("looks most like")
    assert answer["reply_to"] == sent["message_id"]


async def test_an_album_and_a_file_before_consent_are_asked_about_once_and_all_answered(
    checkup: Checkup, phone: Phone
) -> None:
    album = await phone.sends_photo([photo(), photo(480, 640)])
    file = await phone.sends_photo(photo(kind="PNG"), kind="document", name="spot.png", mime="image/png")
    await phone.presses(AGREE, await phone.waits_for("I have your photo"))
    answers = [await phone.waits_for("looks most like") for _ in range(3)]
    assert {answer["reply_to"] for answer in answers} == {message["message_id"] for message in album + file}
    assert sum(map(_asks, phone.seen)) == 1


async def test_a_photo_kept_before_a_restart_is_answered_after_consent(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.sends_photo(photo())
        question = await phone.waits_for("I have your photo")
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.presses(AGREE, question)
        assert await phone.waits_for("looks most like")


async def test_whoever_has_not_agreed_is_told_where_to_begin(checkup: Checkup, phone: Phone) -> None:
    await phone.says("hello")
    assert await phone.waits_for("/start")


async def test_agreeing_twice_does_no_harm(checkup: Checkup, phone: Phone) -> None:
    await phone.says("/start")
    first = await phone.waits_for("18 or over")
    await phone.says("/start")
    second = await phone.waits_for("18 or over")
    await phone.presses(AGREE, first)
    await phone.waits_for("Thank you")
    await phone.presses(AGREE, second)
    await phone.waits_for_event(toast("agreed already"))
    await phone.sends_photo(photo())
    assert await phone.waits_for("looks most like")


async def test_whoever_agreed_to_less_than_is_kept_now_is_asked_again(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with Store.open(settings.database_url, bot=1) as store:
        await store.people.give_consent(store.person(1001), version="5", now=datetime.now(UTC))
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.sends_photo(photo())
        await phone.presses(AGREE, await phone.waits_for("18 or over"))
        assert await phone.waits_for("looks most like")


@pytest.mark.parametrize("earlier", ["consent:1001", "consent:1001:5"])
async def test_a_button_below_what_was_promised_earlier_agrees_to_nothing_and_shows_what_is_promised_now(
    checkup: Checkup, server: LocalServer, phone: Phone, engine: SaysWhatItIsTold, earlier: str
) -> None:
    await phone.sends_photo(photo())
    asked = await phone.waits_for("18 or over")
    person = {"id": 1001, "is_bot": False, "first_name": "Robin", "language_code": "en"}
    shown = {"message_id": asked["message_id"], "date": 1795000000, "chat": {"id": 1001, "type": "private"}}
    tapped = {"id": "1", "from": person, "chat_instance": "1", "data": earlier, "message": shown | {"text": "Another."}}
    server.send_update("callback_query", tapped)
    now = await phone.waits_for("18 or over")
    assert now["message_id"] == asked["message_id"]
    assert engine.seen == 0
    await phone.presses(AGREE, now)
    assert await phone.waits_for("looks most like")


async def test_in_a_group_nobody_can_agree_for_another(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        await anna.sends_photo(photo(), caption="@checkup_local_bot please")
        question: Message = await anna.waits_for("I have your photo")
        await ben.presses(AGREE, question)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses(AGREE, question)
        assert await anna.waits_for("looks most like")
