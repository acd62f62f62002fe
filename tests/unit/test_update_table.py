"""The inbox keeps what was not answered, and nothing of what was."""

import json
from datetime import UTC, datetime, timedelta

from databases import FreshDatabase, waiting

from bot.store import Store, StoredUpdate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def add(store: Store, update_id: int, *, person: str | None = "ada", now: datetime = NOW) -> bool:
    return await store.updates.add(update_id, chat=5, person=person, content=f'{{"update_id": {update_id}}}', now=now)


async def content(store: Store, update_id: int) -> StoredUpdate | None:
    """Return the first update of the chat, which is to be this one."""
    first = await store.updates.next_in(5)
    return first if first and first.update_id == update_id else None


async def test_an_update_is_kept_once_however_often_telegram_sends_it(store: Store) -> None:
    assert await add(store, 7)
    assert not await add(store, 7)
    first = await content(store, 7)
    assert first is not None
    assert (first.chat, json.loads(first.content), first.attempts, first.received) == (5, {"update_id": 7}, 0, NOW)
    assert await waiting(store) == [7]


async def test_an_answered_update_that_comes_again_is_not_answered_twice(store: Store) -> None:
    await add(store, 7)
    await store.updates.done(7)
    assert not await add(store, 7)
    assert await waiting(store) == []


async def test_updates_wait_in_the_order_of_their_numbers(store: Store) -> None:
    for number, chat in ((9, 5), (3, 6), (2**40, 5), (5, 5)):
        await store.updates.add(number, chat=chat, person="ada", content="{}", now=NOW)
    assert await waiting(store) == [3, 5, 9, 2**40]
    for number in (5, 9, 2**40):
        assert await content(store, number)
        await store.updates.done(number)
    assert await store.updates.next_in(5) is None


async def test_what_waits_still_waits_after_a_restart(database: FreshDatabase) -> None:
    async with database.open() as store:
        for number in (1, 2, 3):
            await add(store, number)
        await store.updates.done(1)
        await store.updates.start_attempt(3)
    async with database.open() as store:
        assert await waiting(store) == [2, 3]


async def test_failures_of_its_own_are_counted_and_others_are_not(store: Store) -> None:
    await add(store, 7)
    for failed in (True, False, True):
        assert await store.updates.start_attempt(7)
        await store.updates.end_attempt(7, failed=failed)
    first = await content(store, 7)
    assert first is not None
    assert (first.attempts, first.deaths) == (2, 0)


async def test_a_process_that_died_is_an_updates_own_failure_only_where_it_was_alone_in_hand(store: Store) -> None:
    for number in (1, 2, 3, 4):
        await add(store, number)
    await store.updates.start_attempt(1)
    await store.updates.start_attempt(2, alone=True)
    await store.updates.start_attempt(3)
    await store.updates.end_attempt(3, failed=False)
    await store.replicas.join()
    await store.replicas.join()  # the next process dies before it has anything in hand
    seen = {one.update_id: (one.attempts, one.deaths) for one in await store.unfinished.listed("waiting")}
    assert seen == {1: (0, 1), 2: (1, 1), 3: (0, 0), 4: (0, 0)}


async def test_what_does_not_wait_cannot_be_begun(store: Store) -> None:
    for number in (1, 2, 3):
        await add(store, number)
    await store.updates.done(1)
    await store.updates.set_aside(2, reason="x" * 300)
    await store.updates.hold(3)
    assert not any([await store.updates.start_attempt(number) for number in (1, 2, 3, 4)])


async def test_attempts_start_anew_once_a_person_has_consented(store: Store) -> None:
    await add(store, 1)
    await store.updates.end_attempt(1, failed=True)
    await store.updates.hold(1)
    assert await store.updates.release("ada") == 1
    released = await content(store, 1)
    assert released is not None
    assert released.attempts == 0


async def test_an_update_set_aside_waits_no_more_and_is_kept_for_the_operator(store: Store) -> None:
    await add(store, 7)
    await store.updates.set_aside(7, reason="timeout")
    assert await waiting(store) == []
    (seen,) = await store.unfinished.listed()
    assert (seen.update_id, seen.state, seen.reason, seen.has_content) == (7, "set_aside", "timeout", True)


async def test_an_update_that_cannot_be_read_is_kept_aside_and_does_not_come_again(store: Store) -> None:
    await store.updates.add_set_aside(7, content='{"update_id": 7}', reason="unreadable", now=NOW)
    await store.updates.add_set_aside(7, content='{"update_id": 7}', reason="unreadable", now=NOW)
    assert not await add(store, 7)
    assert [one.reason for one in await store.unfinished.listed()] == ["unreadable"]


async def test_the_operator_can_have_what_was_set_aside_tried_again_or_drop_it(store: Store) -> None:
    for number in (1, 2):
        await add(store, number)
        await store.updates.set_aside(number, reason="timeout")
    assert await store.unfinished.retry(1)
    assert not await store.unfinished.retry(1)
    assert await waiting(store) == [1]
    assert await store.unfinished.drop(2)
    assert not await store.unfinished.drop(2)
    assert await store.unfinished.listed() == []


async def test_a_held_update_waits_for_its_persons_consent_alone(store: Store) -> None:
    await add(store, 1, person="ada")
    await add(store, 2, person="ada")
    await add(store, 3, person="bob")
    for number in (1, 2, 3):
        await store.updates.hold(number)
    assert await waiting(store) == []
    assert [held.update_id for held in await store.updates.held("ada", most=9)] == [1, 2]
    assert [held.update_id for held in await store.updates.held("ada", most=1)] == [1]
    last = await store.updates.last_held("ada", chat=5)
    assert last is not None
    assert last.update_id == 2
    assert await store.updates.last_held("ada", chat=6) is None
    assert await store.updates.release("ada") == 2
    assert await waiting(store) == [1, 2]
    assert await store.updates.count_held("bob") == 1
    assert await store.updates.release("ada") == 0


async def test_an_answered_update_cannot_be_held_again(store: Store) -> None:
    await add(store, 1)
    await store.updates.done(1)
    await store.updates.hold(1)
    assert await store.updates.release("ada") == 0


async def test_what_is_unfinished_expires_after_a_week_and_what_is_younger_stays(store: Store) -> None:
    await add(store, 1, now=NOW - 8 * DAY)
    await add(store, 2, now=NOW - 8 * DAY)
    await store.updates.hold(2)
    await add(store, 3, now=NOW - 6 * DAY)
    assert await store.updates.expire(now=NOW) == 2
    assert await waiting(store) == [3]
    assert await store.updates.count_held("ada") == 0
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
    kept = await store.updates.next_in(1)
    assert kept is not None
    assert json.loads(kept.content) == {"text": "\ud83d"}


async def test_two_bots_number_their_updates_alike_and_lose_none(database: FreshDatabase) -> None:
    now = datetime.now(UTC)
    async with database.open(bot=1) as first:
        assert await first.updates.add(7, chat=1, person="a", content="{}", now=now)
    async with database.open(bot=2) as second:
        assert await second.updates.add(7, chat=1, person="a", content="{}", now=now)
        await second.updates.done(7)
        assert await second.updates.next_in(1) is None
    async with database.open(bot=1) as first:
        assert await waiting(first) == [7]
