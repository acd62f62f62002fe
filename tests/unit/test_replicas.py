"""A replica is there while it gives signs of life, and for a while after; one whose connection has ended, for less long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import asyncpg
import pytest
from databases import FreshDatabase
from phone import TIMEOUT
from processes import until
from sqlalchemy import Connection, text

from bot.store import Store


@pytest.fixture
async def other(database: FreshDatabase, store: Store) -> AsyncIterator[Store]:
    """Another process at the same database."""
    async with database.open() as opened:
        yield opened


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_replica_that_was_taken_for_dead_drops_what_it_had_and_joins_again(
    database: FreshDatabase, store: Store
) -> None:
    await store.replicas.join()
    dropped = asyncio.Event()

    async def drop() -> None:
        dropped.set()

    staying = asyncio.create_task(store.replicas.stay(heard=lambda _: None, lost=drop))
    await store.replicas.leads.wait()
    await database.run(lambda connection: connection.execute(text("DELETE FROM replicas")))
    assert await dropped.wait()
    assert await store.replicas.leads.wait()  # it has joined again, and is the only one
    staying.cancel()


@pytest.fixture
async def staying(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[], asyncio.Task[None]]]:
    """Lets a replica give signs of life often until its task is cancelled; the time it then has to come back is short."""
    monkeypatch.setattr("bot.store.replicas.CUT_OFF", timedelta(seconds=0.2))
    for pause in ("_BEAT", "_TRY_AGAIN"):
        monkeypatch.setattr(f"bot.store.replicas.{pause}", 0.01)
    tasks: list[asyncio.Task[None]] = []

    def stay() -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(store.replicas.stay(heard=lambda _: None, lost=asyncio.Event().wait)))
        return tasks[-1]

    await store.replicas.join()
    yield stay
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_who_gave_no_sign_of_life_for_long_is_not_sure_of_what_it_has_in_hand_until_it_has_given_one(
    store: Store, other: Store, staying: Callable[[], asyncio.Task[None]]
) -> None:
    await other.replicas.join()
    first = staying()
    await until(lambda: store.replicas.count == 2)
    await store.replicas.be_sure()
    first.cancel()
    await asyncio.sleep(0.3)
    sure = asyncio.create_task(store.replicas.be_sure())
    await asyncio.sleep(0.3)
    assert not sure.done()
    staying()
    await sure


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_the_only_one_is_sure_while_the_database_is_away_but_not_after_it_stood_still(
    store: Store, staying: Callable[[], asyncio.Task[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise asyncpg.CannotConnectNowError("the database system is starting up")

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "add_listener", away)
        trying = staying()
        await asyncio.sleep(0.3)
        await store.replicas.be_sure()  # nobody else is there
        trying.cancel()
        await asyncio.sleep(0.3)
    sure = asyncio.create_task(store.replicas.be_sure())
    await asyncio.sleep(0.3)
    assert not sure.done()  # others may have come meanwhile
    staying()
    await sure


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_replica_is_dead_soon_after_its_connection_has_ended_and_not_while_it_only_is_slow(
    database: FreshDatabase, store: Store, staying: Callable[[], asyncio.Task[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.replicas._GRACE", 0)
    monkeypatch.setattr("bot.store.dead_replicas.LEASE", timedelta(hours=1))
    slow = await asyncpg.connect(database.url)
    await slow.execute("SELECT pg_advisory_lock(7)")
    joined = "INSERT INTO replicas (id, bot, joined, seen, lock) SELECT 'slow', bot, now(), now() - interval '1 m', 7"
    await slow.execute(f"{joined} FROM replicas")
    staying()
    await until(lambda: store.replicas.count == 2)
    watch = await asyncpg.connect(database.url)
    for _ in range(2):  # signs of life, with each of which it is looked who is dead
        before = await watch.fetchval("SELECT max(seen) FROM replicas")
        async with asyncio.timeout(TIMEOUT):
            while await watch.fetchval("SELECT max(seen) FROM replicas") == before:
                pass  # asked again and again
    assert store.replicas.count == 2
    await slow.close()
    await until(lambda: store.replicas.count == 1)
    await watch.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_replica_whose_connection_is_ended_makes_it_again_and_keeps_what_it_has_in_hand(
    database: FreshDatabase, store: Store, staying: Callable[[], asyncio.Task[None]]
) -> None:
    me = store.replicas.me
    staying()
    await store.replicas.leads.wait()
    before = await database.run(_locks)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
    await database.run(lambda connection: connection.execute(text(cut)))
    async with asyncio.timeout(TIMEOUT):
        while (await database.run(_locks)) in (before, set()):
            pass  # asked again and again
    assert store.replicas.me == me
    await store.replicas.be_sure()


def _locks(connection: Connection) -> set[int]:
    held = "SELECT lock FROM replicas WHERE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"
    return set(connection.execute(text(held)).scalars())
