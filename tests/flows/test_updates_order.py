"""Each chat in its own order, none in another's way, and never more in memory than there is room for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from databases import waiting
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone
from processes import all_met, consented, until
from telegram import Chat, Message, Update, User
from telegram.ext import ExtBot

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from bot.updates.processor import UpdateProcessor
from bot.updates.queue import UpdateQueue
from bot.updates.slots import AT_ONCE
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


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Nobody:
    """Tells nobody, for nothing goes wrong."""

    async def set_aside(self, update: Update) -> None:
        raise AssertionError(f"{update.update_id} is set aside")

    async def wait(self, update: Update, *, waiting: int, seconds: float) -> None:
        raise AssertionError(f"{update.update_id} waits {seconds} s behind {waiting} others")

    async def delayed(self, update: Update) -> None:
        raise AssertionError(f"{update.update_id} is delayed")


@pytest.fixture
async def inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> UpdateQueue:
    """A queue with room for the updates of three chats."""
    monkeypatch.setattr("bot.updates.queue.MOST_IN_MEMORY", 3)
    queue = UpdateQueue(store, ExtBot("1:local"), notices=Nobody())
    await queue.recover()
    return queue


def update(number: int, chat: int) -> Update:
    person = User(chat, "Robin", is_bot=False)
    return Update(number, message=Message(number, NOW, Chat(chat, "private"), from_user=person, text="hello"))


async def take(inbox: UpdateQueue, update: Update) -> None:
    """Bring an update, as it would be sent."""
    await inbox.take(update, update.to_json())


async def handle(update: Update) -> None:
    """Do nothing, successfully."""


def taken(inbox: UpdateQueue) -> list[Update]:
    """Return what the queue hands out now."""
    updates = [inbox.get_nowait() for _ in range(inbox.qsize())]
    return [update for update in updates if isinstance(update, Update)]


async def test_everything_goes_into_the_database_at_once_and_of_each_chat_one_update_into_memory(
    inbox: UpdateQueue, store: Store
) -> None:
    for number in range(1, 200):
        await take(inbox, update(number, chat=5))
    for number in (200, 201, 202):
        await take(inbox, update(number, chat=number))
    assert len(await waiting(store)) == 202
    first = taken(inbox)
    assert [one.update_id for one in first] == [1, 200, 201]  # there is no room for another chat yet
    processor = UpdateProcessor(inbox)
    await processor.process_update(first[0], handle(first[0]))
    second = taken(inbox)
    assert [one.update_id for one in second] == [202]  # whose turn it is before the first chat's second
    await processor.process_update(second[0], handle(second[0]))
    assert [one.update_id for one in taken(inbox)] == [2]


async def test_an_update_that_comes_again_while_it_waits_takes_no_second_place(inbox: UpdateQueue) -> None:
    for _ in range(5):
        await take(inbox, update(1, chat=5))
    assert inbox.qsize() == 1
    (only,) = taken(inbox)
    await UpdateProcessor(inbox).process_update(only, handle(only))
    assert inbox.empty()


async def test_what_was_taken_away_while_it_was_handled_is_not_taken_for_done(inbox: UpdateQueue, store: Store) -> None:
    async def others_take_it() -> None:
        inbox.drop_all()
        await store.replicas.leave()
        await inbox.recover()
        await until(lambda: not inbox.empty())

    await take(inbox, update(1, chat=5))
    (first,) = taken(inbox)
    await UpdateProcessor(inbox).process_update(first, others_take_it())
    assert await waiting(store) == [1]
    (again,) = taken(inbox)
    await UpdateProcessor(inbox).process_update(again, handle(again))
    assert await waiting(store) == []


async def test_what_another_program_lets_wait_again_is_found(inbox: UpdateQueue, store: Store) -> None:
    await store.updates.add(1, chat=5, person="ada", content=update(1, chat=5).to_json(), now=NOW)
    await store.updates.set_aside(1, reason="timeout")
    await inbox.refresh()
    await store.unfinished.retry(1)
    for _ in range(2):
        await inbox.refresh()
    await until(lambda: not inbox.empty())
    assert [one.update_id for one in taken(inbox)] == [1]


async def test_a_row_that_cannot_be_read_is_set_aside_and_the_chat_goes_on(inbox: UpdateQueue, store: Store) -> None:
    contents = ("no JSON", '{"update_id": 2, "message": {"chat": 3}}', update(3, chat=5).to_json())
    for number, content in enumerate(contents, start=1):
        await store.updates.add(number, chat=5, person="ada", content=content, now=NOW)
    await inbox.recover()
    await until(lambda: not inbox.empty())
    assert [one.update_id for one in taken(inbox)] == [3]
    assert [(one.update_id, one.reason) for one in await store.unfinished.listed()] == [
        (1, "unreadable"),
        (2, "unreadable"),
    ]


async def test_the_signal_to_stop_is_let_through_without_room_and_without_a_database(
    inbox: UpdateQueue, store: Store
) -> None:
    for number in (1, 2, 3):
        await take(inbox, update(number, chat=number))
    await store.close()
    signal = object()
    await inbox.put(signal)
    assert [inbox.get_nowait() for _ in range(4)][-1] is signal
