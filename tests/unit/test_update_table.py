"""The inbox keeps what was not answered, and nothing of what was."""

import json
from datetime import UTC, datetime, timedelta

from databases import FreshDatabase
from sqlalchemy import select

from bot.store import Store
from bot.store.schema import inbox

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def add(store: Store, update_id: int, *, person: str | None = "ada", now: datetime = NOW) -> bool:
    return await store.updates.add(update_id, chat=5, person=person, content=f'{{"update_id": {update_id}}}', now=now)


async def numbers(store: Store) -> list[int]:
    return [waiting.update_id for waiting in await store.updates.waiting()]


async def test_an_update_is_kept_once_however_often_telegram_sends_it(store: Store) -> None:
    assert await add(store, 7)
    assert not await add(store, 7)
    (waiting,) = await store.updates.waiting()
    assert (waiting.chat, json.loads(waiting.content), waiting.attempts) == (5, {"update_id": 7}, 0)


async def test_an_answered_update_that_comes_again_is_not_answered_twice(store: Store) -> None:
    await add(store, 7)
    await store.updates.done(7)
    assert not await add(store, 7)
    assert await store.updates.waiting() == []


async def test_updates_wait_in_the_order_of_their_numbers(store: Store) -> None:
    for number in (9, 3, 2**40, 5):
        await add(store, number)
    assert await numbers(store) == [3, 5, 9, 2**40]


async def test_what_waits_still_waits_after_a_restart(database: FreshDatabase) -> None:
    async with database.open() as store:
        for number in (1, 2, 3):
            await add(store, number)
        await store.updates.done(1)
        await store.updates.start_attempt(3)
    async with database.open() as store:
        assert [(waiting.update_id, waiting.attempts) for waiting in await store.updates.waiting()] == [(2, 0), (3, 1)]


async def test_attempts_are_counted_before_they_are_made_and_can_be_taken_back(store: Store) -> None:
    await add(store, 7)
    assert [await store.updates.start_attempt(7) for _ in range(3)] == [1, 2, 3]
    await store.updates.cancel_attempt(7)
    assert await store.updates.start_attempt(7) == 3


async def test_what_does_not_wait_cannot_be_begun(store: Store) -> None:
    for number in (1, 2, 3):
        await add(store, number)
    await store.updates.done(1)
    await store.updates.set_aside(2, reason="x" * 300)
    await store.updates.hold(3)
    assert [await store.updates.start_attempt(number) for number in (1, 2, 3, 4)] == [0, 0, 0, 0]


async def test_attempts_start_anew_once_a_person_has_consented(store: Store) -> None:
    await add(store, 1)
    await store.updates.start_attempt(1)
    await store.updates.hold(1)
    (released,) = await store.updates.release("ada")
    assert released.attempts == 0


async def test_an_update_set_aside_waits_no_more_and_the_operator_sees_it(
    store: Store, database: FreshDatabase
) -> None:
    await add(store, 7)
    await store.updates.set_aside(7, reason="timeout")
    assert await numbers(store) == []
    rows = await database.run(lambda connection: connection.execute(select(inbox.c.state, inbox.c.reason)).all())
    assert rows == [("set_aside", "timeout")]


async def test_a_held_update_waits_for_its_persons_consent_alone(store: Store) -> None:
    await add(store, 1, person="ada")
    await add(store, 2, person="ada")
    await add(store, 3, person="bob")
    for number in (1, 2, 3):
        await store.updates.hold(number)
    assert await numbers(store) == []
    assert [held.update_id for held in await store.updates.held("ada")] == [1, 2]
    assert [released.update_id for released in await store.updates.release("ada")] == [1, 2]
    assert await numbers(store) == [1, 2]
    assert [held.update_id for held in await store.updates.held("bob")] == [3]
    assert await store.updates.release("ada") == []


async def test_an_answered_update_cannot_be_held_again(store: Store) -> None:
    await add(store, 1)
    await store.updates.done(1)
    await store.updates.hold(1)
    assert await store.updates.release("ada") == []


async def test_what_is_unfinished_expires_after_a_week_and_what_is_younger_stays(store: Store) -> None:
    await add(store, 1, now=NOW - 8 * DAY)
    await add(store, 2, now=NOW - 8 * DAY)
    await store.updates.hold(2)
    await add(store, 3, now=NOW - 6 * DAY)
    assert await store.updates.expire(now=NOW) == 2
    assert await numbers(store) == [3]
    assert await store.updates.held("ada") == []
    assert await store.updates.expire(now=NOW) == 0


async def test_a_finished_update_is_known_for_a_week_and_then_its_row_goes(store: Store) -> None:
    for number, age in ((1, 8), (2, 6)):
        await add(store, number, now=NOW - age * DAY)
        await store.updates.done(number)
    await store.updates.expire(now=NOW)
    assert not await add(store, 2)
    assert await add(store, 1)


async def test_half_an_emoji_in_an_update_is_kept_as_json_escapes_it(store: Store) -> None:
    content = json.dumps({"text": "\ud83d"}, ensure_ascii=False)
    assert await store.updates.add(1, chat=1, person=None, content=content, now=NOW)
    (waiting,) = await store.updates.waiting()
    assert json.loads(waiting.content) == {"text": "\ud83d"}


async def test_two_bots_number_their_updates_alike_and_lose_none(database: FreshDatabase) -> None:
    now = datetime.now(UTC)
    async with database.open(bot=1) as first:
        assert await first.updates.add(7, chat=1, person="a", content="{}", now=now)
    async with database.open(bot=2) as second:
        assert await second.updates.add(7, chat=1, person="a", content="{}", now=now)
        await second.updates.done(7)
        assert await second.updates.waiting() == []
    async with database.open(bot=1) as first:
        assert [row.update_id for row in await first.updates.waiting()] == [7]
