"""/settings: language, time zone and what is kept, in one message that changes with each tap."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from chat import buttons, toast
from phone import Message, Phone

from bot.app import Checkup
from bot.local import LocalServer
from bot.texts import Texts
from bot.texts.direction import without_isolates

TEXTS = Texts.load()
ARABIC = TEXTS.speaking("ar")


async def opens(phone: Phone, words: str = "Tap what you want") -> Message:
    """Say /settings and return the message."""
    await phone.says("/settings")
    return await phone.waits_for(words)


async def taps(phone: Phone, words: str, message: Message, then: str) -> Message:
    """Tap the first button of a message that begins with these words; return the same message as it is then."""
    rows = [button for row in message["buttons"] for button in row]
    found = next(button for button in rows if without_isolates(button["text"]).startswith(words))
    await phone.presses(found["data"], message)

    def fits(after: Message) -> bool:
        return after["message_id"] == message["message_id"] and then in without_isolates(after["text"])

    return await phone.waits_for(fits)


def said(message: Message) -> str:
    return without_isolates(message["text"])


async def test_a_time_zone_is_chosen_by_taps_kept_under_the_person_s_code_and_forgotten(
    checkup: Checkup, phone: Phone
) -> None:
    top = await opens(phone)
    assert "Language: English, as in your Telegram" in said(top)
    assert "Time zone: not said yet" in said(top)
    near = await taps(phone, "Time zone", top, "Where are you at home?")
    assert [text.split(" · ")[0] for text in buttons(near)][:3] == ["London", "New York", "Chicago"]
    clocks = await taps(phone, "Somewhere else", near, "What does your clock say now?")
    kathmandu = next(one["text"] for row in clocks["buttons"] for one in row if one["data"].endswith(":345"))  # minutes
    places = await taps(phone, kathmandu, clocks, "Which place is nearest")
    top = await taps(phone, "Kathmandu", places, "Time zone: Kathmandu, where it is")
    await phone.says("/export")
    kept = json.loads(await phone.looks_at(await phone.waits_for("as a file")))
    assert {"key": "time_zone", "value": "Asia/Kathmandu"} in kept["choices"]
    near = await taps(phone, "Time zone", top, "Where are you at home?")
    top = await taps(phone, "Forget my time zone", near, "not said yet")
    near = await taps(phone, "Time zone", top, "Where are you at home?")
    assert "Forget my time zone" not in buttons(near)
    top = await taps(phone, "London", near, "Time zone: London")
    kept_page = await taps(phone, "What is kept", top, "/forget removes all of it")
    assert all(command in said(kept_page) for command in ("/privacy", "/export", "/forget"))
    assert "Time zone: London" in said(await taps(phone, "◀ Back", kept_page, "Settings"))
    await phone.says("/forget")
    await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
    await phone.waits_for("choices you made: 1")
    assert "not said yet" in said(await opens(phone))


async def test_the_same_in_arabic_and_another_language_changes_the_page_at_once(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 7, language="ar") as phone:
        top = await opens(phone, "الإعدادات")
        near = await taps(phone, "المنطقة الزمنية", top, "أين تقيم؟")
        before = datetime.now(UTC)
        top = await taps(phone, "القاهرة", near, "القاهرة، والساعة هناك الآن")
        hours = {ARABIC.formats.time(moment, "Africa/Cairo").split(":")[0] for moment in (before, datetime.now(UTC))}
        assert any(hour in said(top) for hour in hours)  # two of them where the hour ends meanwhile
        languages = await taps(phone, "اللغة", top, "بأي لغة")
        top = await taps(phone, "Deutsch", languages, "Sprache: Deutsch")
        assert "Zeitzone: Kairo" in said(top)
        languages = await taps(phone, "Sprache", top, "In welcher Sprache")
        assert "العربية" in said(await taps(phone, "Wie in meinem Telegram", languages, "الإعدادات"))


async def test_only_its_person_changes_a_setting_an_old_button_changes_nothing_and_a_group_is_shown_none(
    checkup: Checkup, phone: Phone, server: LocalServer
) -> None:
    top = await opens(phone)
    for data, answer in (
        ("set:7:zone", "for the person"),
        ("zone:7:Europe/London", "for the person"),
        ("zone:1001:Europe/Nowhere", "no longer valid"),
        ("setlang:1001:xx", "no longer valid"),
    ):
        tap = {"id": data, "from": {"id": 1001, "is_bot": False, "first_name": "R"}, "chat_instance": "1", "data": data}
        where = {"message_id": top["message_id"], "date": 1795000000, "chat": {"id": 1001, "type": "private"}}
        server.send_update("callback_query", tap | {"message": where | {"text": "x"}})
        assert await phone.waits_for_event(toast(answer))
    assert "not said yet" in said(await opens(phone))
    async with Phone(server.url, 7, -5) as anna:
        await anna.says("/settings@checkup_local_bot")
        assert not (await anna.waits_for("in our private chat"))["buttons"]
