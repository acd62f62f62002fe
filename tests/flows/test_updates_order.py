"""Each chat in its own order, none in another's way, and never more in memory than there is room for."""

from __future__ import annotations

import asyncio

import pytest
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone
from processes import all_met, consented, until
from telegram import Chat, Message, Update, User
from telegram.ext import ExtBot

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from bot.updates.processor import AT_ONCE, UpdateProcessor
from bot.updates.queue import UpdateQueue
from classifiers.registry import Registry


async def test_a_burst_of_photos_is_answered_in_order_and_holds_up_nobody_else(
    checkup: Checkup, server: LocalServer, settings: Settings
) -> None:
    await consented(settings.database_url, 1, 2)
    async with Phone(server.url, 1) as anna, Phone(server.url, 2) as ben:
        server.faults.add("sendPhoto", "timeout", after_ms=4000)
        burst = [(await anna.sends_photo(photo(200 + n, 200)))[0]["message_id"] for n in range(AT_ONCE + 4)]
        await until(lambda: all_met(server))
        await ben.sends_photo(photo())
        await ben.waits_for("looks most like")
        assert not [event for event in anna.seen if event["kind"] == "message" and event["message"]["from"] == "bot"]
        assert [(await anna.waits_for("looks most like"))["reply_to"] for _ in burst] == burst


async def test_what_waits_behind_a_failing_message_keeps_its_place(
    server: LocalServer, settings: Settings, fake_registry: Registry, engine: SaysWhatItIsTold, phone: Phone
) -> None:
    engine.errors = [RuntimeError(), RuntimeError()]
    await consented(settings.database_url, 1001)
    sent = [(await phone.sends_photo(photo(200 + n, 200)))[0]["message_id"] for n in range(3)]
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry, pause=0.05):
        assert [(await phone.waits_for("looks most like"))["reply_to"] for _ in sent] == sent


@pytest.fixture
def inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> UpdateQueue:
    """An inbox with room for three updates."""
    monkeypatch.setattr("bot.updates.queue.MOST_IN_MEMORY", 3)

    async def nobody(update: Update) -> None:
        raise AssertionError(f"{update.update_id} is set aside")

    return UpdateQueue(store, ExtBot("1:local"), notify_set_aside=nobody)


def update(number: int, chat: int) -> Update:
    person = User(chat, "Robin", is_bot=False)
    return Update(number, message=Message(number, None, Chat(chat, "private"), from_user=person, text="hello"))  # type: ignore[arg-type]


async def handle(update: Update) -> None:
    """Do nothing, successfully."""


async def test_when_there_is_no_room_more_stays_at_telegram_until_there_is(inbox: UpdateQueue, store: Store) -> None:
    for number in (1, 2, 3):
        await inbox.put(update(number, chat=5))
    fourth = asyncio.create_task(inbox.put(update(4, chat=6)))
    assert (await asyncio.wait({fourth}, timeout=0.1))[1], "it was taken in although there is no room"
    assert [row.update_id for row in await store.updates.waiting()] == [1, 2, 3]
    first = inbox.get_nowait()
    assert isinstance(first, Update)
    await UpdateProcessor(inbox).process_update(first, handle(first))
    await asyncio.wait_for(fourth, 30)
    assert [row.update_id for row in await store.updates.waiting()] == [2, 3, 4]
    assert [inbox.get_nowait().update_id for _ in range(2)] == [2, 4]  # type: ignore[attr-defined]
    assert inbox.empty()  # the third waits for its chat's second


async def test_a_wait_for_room_can_be_given_up_and_leaves_nothing_behind(inbox: UpdateQueue, store: Store) -> None:
    for number in (1, 2, 3):
        await inbox.put(update(number, chat=5))
    fourth = asyncio.create_task(inbox.put(update(4, chat=6)))
    await asyncio.sleep(0)
    fourth.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fourth
    assert [row.update_id for row in await store.updates.waiting()] == [1, 2, 3]


async def test_an_update_that_comes_again_while_it_waits_takes_no_second_place(inbox: UpdateQueue) -> None:
    for _ in range(5):
        await inbox.put(update(1, chat=5))
    assert inbox.qsize() == 1


async def test_the_signal_to_stop_is_let_through_without_room_and_without_a_database(
    inbox: UpdateQueue, store: Store
) -> None:
    for number in (1, 2, 3):
        await inbox.put(update(number, chat=5))
    await store.close()
    signal = object()
    await inbox.put(signal)
    assert [inbox.get_nowait() for _ in range(2)][-1] is signal
