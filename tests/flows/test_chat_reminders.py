"""Reminders of what people follow: chosen by taps, sent once and by day, answered by taps, ended where the bot is blocked."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from databases import FreshDatabase
from phone import Message, Phone
from processes import ROOT, BotProcess, until
from telegram import Bot

from bot.app import Checkup
from bot.handlers.people.time_zone import set_time_zone
from bot.housekeeping import reminder_round
from bot.local import LocalServer
from bot.reminders.schedule import after_months
from bot.replies.zones import ZONES
from bot.settings import Settings
from bot.store import SpotPhoto, Store
from bot.store.reminders import LEASE, ReminderWish
from bot.texts import Texts
from bot.texts.direction import without_isolates

TEXTS = Texts.load()
DAY = timedelta(days=1)
DUE = "time for a new photo"


@pytest.fixture
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    """What sends reminders at whatever time a test says."""
    async with Bot("1:local", base_url=f"{server.url}/bot") as made:
        yield made


async def follows(store: Store, person: int, name: str = "a", place: str = "") -> int:
    """Let a person follow a spot, with one photo taken now."""
    now = datetime.now(UTC)
    facts = {"model": "1", "outcome": "sure", "label": "nv", "care": "routine", "alarm": False, "entry": None}
    photo = SpotPhoto(taken=now, file=name, identity=name, probabilities={}, **facts)  # type: ignore[arg-type]
    spot = await store.spots.follow(
        photo, person=store.person(person), chat=person, disease="skin", place=place, now=now
    )
    assert spot is not None
    return spot


async def is_due(store: Store, person: int, *, zone: str) -> None:
    """Let a person be reminded of what they follow, now, by the clock of a zone where it is day."""
    now = datetime.now(UTC)
    wish = ReminderWish(chat=person, language="en", months=1, chosen=now, due=now - DAY)
    assert await store.reminders.choose(wish, person=store.person(person))
    await set_time_zone(store, store.person(person), zone)


def by_day() -> str:
    """Return a zone in which it is about noon."""
    return next(zone for zone in ZONES if 11 <= datetime.now(ZoneInfo(zone)).hour < 16)


def is_claimed(database: Path) -> bool:
    """Return whether a process is sending a reminder."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT spot FROM reminders WHERE claimed IS NOT NULL").fetchall())


def at_noon(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(hour=12, minute=0, second=0, microsecond=0)


async def taps(phone: Phone, words: str, message: Message, then: str) -> Message:
    """Tap the first button that begins with these words; return the message that says what comes of it."""
    buttons = [button for row in message["buttons"] for button in row]
    found = next(button for button in buttons if without_isolates(button["text"]).startswith(words))
    await phone.presses(found["data"], message)
    return await phone.waits_for(lambda after: then in without_isolates(after["text"] or ""))


async def test_a_reminder_is_chosen_by_taps_comes_by_day_and_is_answered(
    checkup: Checkup, phone: Phone, settings: Settings, bot: Bot
) -> None:
    async with Store.open(settings.database_url, bot=1) as store:
        await phone.says("/settings")
        top = await taps(phone, "Reminders", await phone.waits_for("Reminders: none"), "you follow nothing")
        await follows(store, 1001)
        await follows(store, 1001, "b")
        asked = await taps(phone, "◀ Back", top, "Reminders: none")
        asked = await taps(phone, "Reminders", asked, "After how long")
        chosen = await taps(phone, "2 months", asked, "Where are you at home?")
        due = after_months(datetime.now(UTC), 2, None)
        day = TEXTS.formats.date(f"{due:%Y-%m-%d}")
        assert f"I remind you on about {day}" in chosen["text"]
        top = await taps(phone, "London", chosen, "Time zone: London")
        assert f"Reminders: the next on about {day}" in top["text"]
        reminders = reminder_round(bot, store, TEXTS)
        assert await reminders.send_due(due - 2 * DAY) == 0
        night = at_noon(due + DAY, "Europe/London") + timedelta(hours=12)
        assert await reminders.send_due(night) == 0
        noon = night + timedelta(hours=12)
        assert [await reminders.send_due(noon) for _ in range(2)] == [1, 0]
        came = await phone.waits_for(DUE)
        assert "/spot_1" in came["text"]
        assert "/spot_2" in came["text"]
        await taps(phone, "In a week again", came, "I remind you again in a week")
        assert await reminders.send_due(at_noon(datetime.now(UTC) + 8 * DAY, "Europe/London")) == 0  # a week after noon


async def test_what_is_done_is_reminded_of_again_and_what_is_stopped_is_not(
    checkup: Checkup, server: LocalServer, settings: Settings, bot: Bot
) -> None:
    async with Store.open(settings.database_url, bot=1) as store, Phone(server.url, 7, language="ar") as phone:
        await phone.says("/help")
        await phone.waits_for("لصورة جيدة")
        await follows(store, 7)
        await phone.says("/settings")
        asked = await taps(phone, "التذكيرات", await phone.waits_for("الإعدادات"), "بعد كم من الوقت")
        await taps(phone, without_isolates(TEXTS.speaking("ar").formats.quantity(3, "months")), asked, "أين تقيم؟")
        await set_time_zone(store, store.person(7), "Africa/Cairo")
        reminders = reminder_round(bot, store, TEXTS)
        first = at_noon(after_months(datetime.now(UTC), 3, "Africa/Cairo") + DAY, "Africa/Cairo")
        assert await reminders.send_due(first) == 1
        came = await phone.waits_for("حان وقت صورة جديدة")
        await taps(phone, "تم", came, "أذكّرك مرة أخرى في نحو")
        assert not (await phone.state())["messages"][-2]["buttons"]
        [again] = await store.reminders.of(store.person(7))
        assert again.due is not None
        assert again.due > datetime.now(UTC) + 80 * DAY
        second = at_noon(first + 120 * DAY, "Africa/Cairo")
        assert await reminders.send_due(second) == 1
        came = await phone.waits_for(lambda message: bool(message["buttons"]) and "حان وقت" in message["text"])
        await taps(phone, "لا تذكّرني بهذا", came, "لن أذكّرك بهذا")
        assert await reminders.send_due(at_noon(second + 120 * DAY, "Africa/Cairo")) == 0


async def test_one_spot_is_reminded_of_from_its_own_button_and_only_by_its_person(
    checkup: Checkup, phone: Phone, server: LocalServer, settings: Settings
) -> None:
    async with Store.open(settings.database_url, bot=1) as store, Phone(server.url, 8) as other:
        mine = await follows(store, 1001, place="front.left_forearm")
        await follows(store, 1001, "b")
        await phone.says(f"/spot_{mine}")
        strip = await phone.waits_for("Left forearm")
        asked = await taps(phone, "Remind me", strip, "After how long")
        assert f"/spot_{mine}? (left forearm" in asked["text"]
        await taps(phone, "6 months", asked, "I remind you on about")
        assert [(one.spot, one.months) for one in await store.reminders.of(store.person(1001))] == [(mine, 6)]
        await other.says("/settings")
        top = await other.waits_for("Reminders: none")
        tap = {"id": "1", "from": {"id": 8, "is_bot": False, "first_name": "B"}, "chat_instance": "1"}
        where = {"message_id": top["message_id"], "date": 1795000000, "chat": {"id": 8, "type": "private"}, "text": "x"}
        for data in (f"askrem:{mine}", f"remind:8:{mine}:1", f"remind:1001:{mine}:1"):
            server.send_update("callback_query", tap | {"id": data, "data": data, "message": where})
            assert await other.waits_for_event(lambda event, wanted=data: event.get("callback_query_id") == wanted)
        assert [(one.spot, one.months) for one in await store.reminders.of(store.person(1001))] == [(mine, 6)]
        await phone.says(f"/spot_{mine}")
        asked = await taps(phone, "Remind me", await phone.waits_for("Left forearm"), "After how long")
        await taps(phone, "No reminder", asked, "I do not remind you")
        assert await store.reminders.of(store.person(1001)) == []


async def test_a_new_photo_counts_and_who_blocked_the_bot_is_reminded_no_more(
    checkup: Checkup, phone: Phone, settings: Settings, bot: Bot
) -> None:
    await phone.says("/help")
    await phone.waits_for("For a good photo")
    async with Store.open(settings.database_url, bot=1) as store:
        zone, person = by_day(), store.person(1001)
        wish = ReminderWish(
            chat=1001, language="en", months=1, chosen=datetime.now(UTC) - 40 * DAY, due=datetime.now(UTC) - DAY
        )
        await follows(store, 1001)
        await store.reminders.choose(wish, person=person)
        await set_time_zone(store, person, zone)
        reminders = reminder_round(bot, store, TEXTS)
        assert await reminders.send_due(datetime.now(UTC)) == 0
        [one] = await store.reminders.of(person)
        assert one.due is not None
        assert one.due > datetime.now(UTC) + 25 * DAY
        await phone.blocks()
        assert await reminders.send_due(at_noon(datetime.now(UTC) + 40 * DAY, zone)) == 0
        assert await store.reminders.of(person) == []
        await phone.blocks(False)
        assert await reminders.send_due(at_noon(datetime.now(UTC) + 80 * DAY, zone)) == 0


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_of_several_replicas_one_reminds(database: FreshDatabase, phone: Phone, bot: Bot) -> None:
    await phone.says("/start")  # so that the bot may write
    async with database.open() as one, database.open() as two:
        await follows(one, 1001)
        await follows(one, 1001, "b")
        await is_due(one, 1001, zone=by_day())
        rounds = [reminder_round(bot, store, TEXTS) for store in (one, two) for _ in range(3)]
        assert sum(await asyncio.gather(*(each.send_due(datetime.now(UTC)) for each in rounds))) == 1
    said = [message for message in (await phone.state())["messages"] if DUE in (message["text"] or "")]
    assert len(said) == 1


async def test_a_reminder_survives_a_kill_and_comes_once(
    server: LocalServer, settings: Settings, phone: Phone, bot: Bot, tmp_path: Path
) -> None:
    await phone.says("/start")
    async with Store.open(settings.database_url, bot=1) as store:
        await follows(store, 1001)
        await is_due(store, 1001, zone=by_day())
        server.faults.add("sendMessage", "502", times=1000)
        program = (str(ROOT / "tests" / "hanging_bot.py"),)
        hanging = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url}
        async with BotProcess(tmp_path, program=program, **hanging) as process:
            await until(lambda: is_claimed(tmp_path / "checkup.db"), "for the reminder on its way")
            await process.killed()
        server.faults.clear()
        reminders = reminder_round(bot, store, TEXTS)
        now, second = datetime.now(UTC), timedelta(seconds=1)
        assert [await reminders.send_due(now + wait) for wait in (timedelta(), LEASE + second, LEASE + second)] == [
            0,
            1,
            0,
        ]
    await phone.waits_for(DUE)
