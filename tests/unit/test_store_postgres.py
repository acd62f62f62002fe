"""A PostgreSQL server that is away, or whose tables are held: the store says so, and goes on once it can."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import databases
import journal
import pytest
from databases import FreshDatabase, waiting
from processes import TIMEOUT
from tcp_proxy import TcpProxy

from bot.store import Answered, JournalEntry, Store, StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def database(postgres: str, tmp_path: Path) -> AsyncIterator[FreshDatabase]:
    async with databases.postgres(postgres, tmp_path) as made:
        yield made


async def add(store: Store, update_id: int, person: str = "ada") -> bool:
    return await store.updates.add(update_id, chat=1, person=person, content="{}", now=NOW)


async def test_a_server_that_is_away_is_an_error_and_works_again_once_it_is_back(database: FreshDatabase) -> None:
    async with TcpProxy(database.url) as network:
        there = urlsplit(network.url).netloc
        through = urlsplit(database.url)._replace(netloc=f"checkup@{there}").geturl()
        async with replace(database, url=through).open() as store:
            assert await add(store, 1)
            await network.shut()
            for _ in range(2):
                with pytest.raises(StoreError, match="cannot be used") as caught:
                    await add(store, 2)
                assert caught.value.code == "unreachable"
            await network.open()
            assert await add(store, 2)
            assert await waiting(store) == [1, 2]


async def test_tables_that_another_program_holds_are_an_error_after_a_while(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connections.LOCK_TIMEOUT", 50)
    async with database.open() as store:
        other = await asyncpg.connect(database.url)
        await other.execute("BEGIN; LOCK TABLE inbox")
        with pytest.raises(StoreError, match="held by another program") as caught:
            await add(store, 1)
        assert caught.value.code == "locked"
        await other.execute("ROLLBACK")
        await other.close()
        assert await add(store, 1)


async def test_a_short_lock_is_waited_out(database: FreshDatabase, store: Store) -> None:
    other = await asyncpg.connect(database.url)
    await other.execute("BEGIN; LOCK TABLE inbox")
    adding = asyncio.create_task(add(store, 1))
    await asyncio.sleep(0.1)
    assert not adding.done()
    await other.execute("ROLLBACK")
    await other.close()
    assert await adding


async def test_an_answer_is_known_at_once_though_every_transaction_waits(database: FreshDatabase, store: Store) -> None:
    assert await add(store, 1)
    other, watching = await asyncpg.connect(database.url), await asyncpg.connect(database.url)
    await other.execute("BEGIN; LOCK TABLE journal")
    # More than there are connections to write on.
    writing = [asyncio.create_task(store.journal.write(replace(journal.ENTRY, person=str(at)))) for at in range(20)]
    await comes_true(watching, "SELECT count(*) = 15 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    store.answered.note(Answered(photos={1: None}, person="ada", time=NOW))
    await comes_true(watching, "SELECT state = 'done' AND content IS NULL FROM inbox")
    await other.execute("ROLLBACK")
    await other.close()
    await watching.close()
    await asyncio.gather(*writing)


async def comes_true(other: "asyncpg.Connection[asyncpg.Record]", query: str) -> None:
    async with asyncio.timeout(TIMEOUT):
        while not await other.fetchval(query):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_database_that_is_not_there_is_said_so_without_the_password(database: FreshDatabase) -> None:
    url = database.url.replace("checkup@", "checkup:hush@") + "_not"
    with pytest.raises(StoreError, match="InvalidCatalogNameError") as caught:
        await replace(database, url=url).open()
    assert caught.value.code == "unreachable"
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.facts}"


async def test_a_user_without_rights_a_full_disk_and_an_old_server_are_a_sentence_each(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await asyncpg.connect(database.url)
    stranger = f"stranger_{secrets.token_hex(4)}"
    await owner.execute(f"CREATE ROLE {stranger} LOGIN")
    await owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(StoreError, match="does not let its user do that") as caught:
        await replace(database, url=database.url.replace("checkup@", f"{stranger}@")).open()
    assert caught.value.code == "rights"
    async with database.open() as store:
        await owner.execute(FULL)
        with pytest.raises(StoreError, match="no room left") as caught:
            await add(store, 1)
        assert caught.value.code == "full"
    await owner.execute(f"DROP ROLE {stranger}")
    await owner.close()
    monkeypatch.setattr("bot.store.database.OLDEST_SERVER", 990_000)
    with pytest.raises(StoreError, match="99 or newer is needed") as caught:
        await database.open()
    assert caught.value.code == "old"


FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON inbox EXECUTE FUNCTION no_room()
"""  # what the server answers then


async def test_no_message_of_an_error_quotes_what_a_person_sent(store: Store) -> None:
    for tried in (
        add(store, 1, person="my face itches" * 10),
        store.journal.write(an_entry(label="my face itches" * 10)),
        store.people.set_choice("ada", "language", "my face itches\0"),
    ):
        with pytest.raises(StoreError) as caught:
            await tried
        assert "itches" not in f"{caught.value!r} {caught.value.facts}"
        assert caught.value.__suppress_context__


def an_entry(label: str) -> JournalEntry:
    return replace(journal.ENTRY, label=label)
