"""A chat is in the hands of one replica at a time, chats take turns, and what a dead replica had is done by others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from databases import FreshDatabase
from phone import TIMEOUT
from sqlalchemy import text

from bot.store import Answered, Arrival, BacklogSize, SeenPhoto, Standing, Store

AN_HOUR_OFF = datetime.now(UTC) + timedelta(hours=1)  # the clock of somebody's machine


async def arrive(store: Store, update_id: int, *, chat: int = 5, take: bool = False) -> Arrival:
    return await store.turns.arrive(update_id, chat=chat, take=take, person="ada", now=AN_HOUR_OFF, content="{}")


async def take(store: Store) -> int | None:
    """Return the number of the update that is taken."""
    taken = await store.turns.take()
    return taken and taken.update_id


async def finish(store: Store, update_id: int, *, chat: int = 5) -> None:
    await store.turns.finish(update_id, chat, is_done=True)


@pytest.fixture
async def other(database: FreshDatabase, store: Store) -> AsyncIterator[Store]:
    """Another process at the same database."""
    async with database.open() as opened:
        yield opened


async def test_a_chat_is_in_one_hand_in_the_order_of_its_updates_and_lines_up_again_behind_others(
    store: Store, other: Store
) -> None:
    assert (await arrive(store, 1, take=True)).is_taken
    waits = await arrive(other, 2, take=True)
    assert (waits.is_new, waits.is_taken, waits.ahead, waits.chats) == (True, False, 1, 1)
    await arrive(other, 3, chat=6)
    assert await take(other) == 3
    assert await take(other) is None
    await arrive(store, 4, chat=7)
    await finish(store, 1)
    assert [await take(other), await take(store), await take(store)] == [4, 2, None]


async def test_a_chat_that_nobody_has_room_for_keeps_its_place_in_the_line(store: Store, other: Store) -> None:
    await arrive(store, 1, chat=5, take=True)
    await arrive(store, 2, chat=6)
    await store.turns.give_back(5)
    assert [await take(other), await take(other), await take(store)] == [1, 2, None]
    await finish(other, 1)
    await store.turns.give_back(6)  # which is in other hands
    assert await take(store) is None


async def test_what_comes_again_is_known_and_leaves_no_turn(store: Store) -> None:
    await arrive(store, 1, take=True)
    assert not (await arrive(store, 1, take=True)).is_new
    await finish(store, 1)
    assert not (await arrive(store, 1, take=True)).is_new
    assert await store.turns.held() == set()
    assert await take(store) is None


async def test_the_end_of_a_chats_last_update_and_the_coming_of_the_next_never_miss_each_other(
    store: Store, other: Store
) -> None:
    for number in range(1, 60, 2):
        assert (await arrive(store, number, take=True)).is_taken
        await asyncio.gather(finish(store, number), arrive(other, number + 1))
        assert await take(other) == number + 1
        await finish(other, number + 1)


async def test_of_many_that_take_at_once_each_gets_another_chat(store: Store, other: Store) -> None:
    for number in range(20):
        await arrive(store, number, chat=number)
    taken = await asyncio.gather(*(take(one) for one in (store, other) * 11))
    assert sorted(number for number in taken if number is not None) == list(range(20))


async def test_somebody_is_told_once_that_they_have_to_wait(store: Store) -> None:
    await arrive(store, 1, take=True)
    assert [await store.turns.tell_once(5), await store.turns.tell_once(5)] == [True, False]
    assert (await arrive(store, 2)).chats == 0  # which is not even looked up any more


async def test_what_a_transaction_took_whose_end_was_not_heard_of_waits_again(store: Store) -> None:
    await arrive(store, 1, take=True)
    await store.turns.repair(await store.turns.held())
    assert await take(store) == 1


async def test_a_replica_that_leaves_lets_others_go_on_and_only_what_it_had_begun_counts(
    store: Store, other: Store
) -> None:
    for replica in (store, other):
        await replica.replicas.join()
    for number in (1, 2, 3):
        await arrive(store, number, chat=number, take=True)
    await store.replicas.leave(unbegun=[2])
    taken = [await other.turns.take() for _ in range(3)]
    assert {row.update_id: row.deaths for row in taken if row} == {1: 1, 2: 0, 3: 1}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_replica_that_shows_no_sign_of_life_loses_its_chats_and_its_lead(
    database: FreshDatabase, store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.replicas._GRACE", 0)
    for replica in (store, other):
        await replica.replicas.join()
    await arrive(store, 1, take=True)
    heard: asyncio.Queue[str] = asyncio.Queue()
    staying = asyncio.create_task(other.replicas.stay(heard=heard.put_nowait, lost=asyncio.Event().wait))
    assert await heard.get() == "turn"
    assert not other.replicas.leads.is_set()
    long_ago = text("UPDATE replicas SET seen = seen - interval '6 s' WHERE id = :id")
    await database.run(lambda connection: connection.execute(long_ago, {"id": store.replicas.me}))
    await other.replicas.leads.wait()
    taken = await other.turns.take()
    assert taken is not None
    assert (taken.update_id, taken.deaths) == (1, 1)
    await store.replicas.tell("reload")
    while await heard.get() != "reload":
        pass
    staying.cancel()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_the_chats_of_a_dead_replica_are_free_though_another_chat_s_turn_is_held(
    database: FreshDatabase, store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.replicas._GRACE", 0)
    for replica in (store, other):
        await replica.replicas.join()
    await arrive(store, 1, take=True)
    await arrive(store, 2, chat=6)
    connection = await asyncpg.connect(database.url)
    await connection.execute("UPDATE replicas SET seen = seen - interval '6 s' WHERE id = $1", store.replicas.me)
    async with connection.transaction():
        await connection.execute("SELECT FROM turns WHERE chat = 6 FOR UPDATE")
        staying = asyncio.create_task(other.replicas.stay(heard=lambda _: None, lost=asyncio.Event().wait))
        await asyncio.wait_for(other.replicas.leads.wait(), TIMEOUT)  # it has taken away what is dead
        assert await take(other) == 1
        staying.cancel()
    await connection.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_what_a_replica_that_joins_meanwhile_takes_in_hand_is_not_freed_with_what_was_the_dead_one_s(
    database: FreshDatabase, store: Store, other: Store
) -> None:
    await store.replicas.join()
    await arrive(store, 1, take=True)
    connection = await asyncpg.connect(database.url)
    await connection.execute("DELETE FROM replicas")
    async with connection.transaction():
        await connection.execute("SELECT FROM turns FOR UPDATE")
        freeing = asyncio.create_task(other.replicas.join())
        async with asyncio.timeout(TIMEOUT):
            while not await database.run(
                lambda asked: asked.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            ):
                pass  # asked again and again
        joined = "INSERT INTO replicas (id, bot, joined, seen) SELECT 'new', bot, now(), now() FROM turns"
        await database.run(lambda one: one.execute(text(joined)))
        await connection.execute("UPDATE turns SET holder = 'new'")
    await freeing
    assert await connection.fetchval("SELECT holder FROM turns") == "new"
    assert await take(other) is None
    await connection.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_of_an_update_that_is_given_back_all_are_told(store: Store, other: Store) -> None:
    for replica in (store, other):
        await replica.replicas.join()
    heard: asyncio.Queue[str] = asyncio.Queue()
    staying = asyncio.create_task(other.replicas.stay(heard=heard.put_nowait, lost=asyncio.Event().wait))
    await arrive(store, 1, take=True)
    assert await heard.get() == "turn"  # it looks once as soon as it listens
    assert await take(other) is None
    await store.turns.give_back(5)
    assert await heard.get() == "turn"
    assert await take(other) == 1
    staying.cancel()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_who_has_much_in_hand_leaves_a_chat_to_others_and_tells_them_unless_another_one_waits(
    store: Store, other: Store
) -> None:
    for replica in (store, other):
        await replica.replicas.join()
    heard: asyncio.Queue[str] = asyncio.Queue()
    staying = asyncio.create_task(other.replicas.stay(heard=heard.put_nowait, lost=asyncio.Event().wait))
    await arrive(store, 1, take=True)
    await arrive(store, 2)
    assert await heard.get() == "turn"  # it looks once as soon as it listens
    assert await store.turns.finish(1, 5, is_done=True, take=True, share=True) is None
    assert await heard.get() == "turn"
    assert await take(other) == 2
    await arrive(store, 3)
    await arrive(store, 4, chat=6)
    taken = await other.turns.finish(2, 5, is_done=True, take=True, share=True)
    assert taken is not None
    assert taken.update_id == 4
    staying.cancel()


async def test_what_is_answered_is_known_with_the_end_of_its_turn(store: Store) -> None:
    await arrive(store, 1, take=True)
    await arrive(store, 2)
    photo = SeenPhoto(chat=5, message=7, file="AQAD", asked="")
    answered = Answered(photos={1: photo, 2: None}, person="ada", time=AN_HOUR_OFF)
    await store.turns.finish(1, 5, answered=answered)
    assert await store.photos.has_seen(photo)
    assert await take(store) is None  # nothing of this chat waits any more


async def test_who_is_taken_in_hand_is_known_by_what_they_agreed_to_and_chose(store: Store) -> None:
    await store.people.give_consent("ada", version="6", now=AN_HOUR_OFF)
    await store.people.set_choice("ada", "language", "fr")
    await store.people.save_conversation("ada", 5, {}, now=AN_HOUR_OFF)
    known = Standing(consent="6", entries=0, has_form=True, choices={"language": "fr"})
    assert (await arrive(store, 1, take=True)).standing == known
    assert (await arrive(store, 2, chat=6)).standing is None
    taken = await store.turns.take()
    assert taken is not None
    assert taken.standing == replace(known, has_form=False)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
async def test_a_server_that_isolates_transactions_more_than_they_need_makes_none_fail(
    database: FreshDatabase, level: str
) -> None:
    admin = await asyncpg.connect(database.url)
    name = database.url.rpartition("/")[2]
    await admin.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
    await admin.close()
    async with database.open() as one, database.open() as other:

        async def answer(store: Store, update_id: int) -> None:
            await arrive(store, update_id, chat=update_id % 3)
            while taken := await store.turns.take():
                await finish(store, taken.update_id, chat=taken.update_id % 3)

        await asyncio.gather(*(answer((one, other)[number % 2], number) for number in range(60)))
        assert await one.backlog.size() == BacklogSize()
