"""A PostgreSQL server that is away, or whose tables are held: the store says so, and goes on once it can."""

import asyncio
import os
import re
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import asyncpg
import databases
import journal
import pytest
from databases import FreshDatabase, waiting
from phone import TIMEOUT
from pooler import pooled
from processes import ROOT, until
from sqlalchemy import Connection
from tcp_proxy import TcpProxy
from web_proxy import free_port

from bot.store import Answered, JournalEntry, Store, StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def database(postgres: str, tmp_path: Path) -> AsyncIterator[FreshDatabase]:
    async with databases.postgres(postgres, tmp_path) as made:
        yield made


@pytest.fixture
async def owner(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()


@pytest.fixture
async def guest(database: FreshDatabase, owner: asyncpg.Connection) -> AsyncIterator[FreshDatabase]:
    """The same database for an ordinary user, who has no right there."""
    name = f"guest_{secrets.token_hex(4)}"
    await owner.execute(f"CREATE ROLE {name} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield replace(database, url=database.url.replace("checkup@", f"{name}@"))
    await owner.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def user(database: FreshDatabase) -> str:
    return str(urlsplit(database.url).username)


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
                with pytest.raises(StoreError, match="does not answer") as caught:
                    await add(store, 2)
                assert caught.value.code == "away"
            await network.open()
            assert await add(store, 2)
            assert await waiting(store) == [1, 2]


async def test_connections_that_the_server_ended_meanwhile_are_made_again_before_anything_is_asked(
    owner: asyncpg.Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.gather(*(add(store, number) for number in range(4)))  # as many connections as there are
    monkeypatch.setattr("bot.store.connections._FRESH", 0)
    ended = await owner.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert ended >= 1
    assert all(await asyncio.gather(*(add(store, 10 + number) for number in range(4))))


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


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda url: f"{url}_not", "missing", ("does not exist", "CREATE DATABASE")),
        (lambda url: url.replace("checkup:", "stranger:"), "login", ('role "stranger" does not exist', "%40")),
        (lambda url: url.replace("127.0.0.1", "no.such.host.invalid"), "away", ("does not answer", "host and port")),
        (lambda url: url.replace("127.0.0.1", "["), "away", ("a host or a port that can be none", "host and port")),
        (lambda url: url.replace("127.0.0.1", "db\uff0f1"), "away", ("a host or a port that can be none",)),
        (lambda url: url.replace("127.0.0.1", "db..example"), "away", ("a host or a port that can be none",)),
        (lambda url: url.replace("127.0.0.1:", "127.0.0.1:9"), "away", ("a host or a port that can be none",)),
        (lambda url: f"{url}?sslmode=require", "away", ("SSL",)),  # the server has none
        (
            lambda url: f"{url}?sslmode=verify-full&sslrootcert=/no.pem",
            "away",
            ("certificate that its URL names is not there",),
        ),
        (lambda url: f"{url}?sslmode=sometimes&sslpassword=hush", "unreachable", ("sslmode", "verify-full")),
        (lambda url: f"{url}?channel_binding=require", "unreachable", ("channel_binding", "leave it out")),
        (lambda url: f"{url}?colour=hush", "unreachable", ('unrecognized configuration parameter "colour"',)),
    ],
)
async def test_what_cannot_be_connected_to_is_told_with_what_to_do_and_without_the_password(
    database: FreshDatabase, change: Callable[[str], str], code: str, told: tuple[str, ...]
) -> None:
    url = change(database.url.replace("checkup@", "checkup:hush@"))
    with pytest.raises(StoreError) as caught:
        await replace(database, url=url).open()
    assert caught.value.code == code, str(caught.value)
    assert [words for words in told if words not in str(caught.value)] == []
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.facts}"


async def test_a_database_that_lets_nobody_in_is_told_in_the_server_s_words(
    database: FreshDatabase, owner: asyncpg.Connection
) -> None:
    name = urlsplit(database.url).path.removeprefix("/")
    await owner.execute(f'CREATE DATABASE "{name}_shut" ALLOW_CONNECTIONS false')
    with pytest.raises(StoreError, match="not currently accepting connections"):
        await replace(database, url=f"{database.url}_shut").open()


async def test_a_url_may_have_what_other_programs_take(database: FreshDatabase) -> None:
    kept = "connect_timeout=10&keepalives=1&keepalives_idle=30&gssencmode=disable&channel_binding=prefer"
    for more in ("?sslmode=prefer&application_name=ours", "?ssl=prefer", f"?{kept}"):
        async with replace(database, url=f"{database.url}{more}").open() as store:
            assert await waiting(store) == []


async def test_a_connection_begins_with_nothing_that_a_pooler_would_refuse(database: FreshDatabase) -> None:
    def begun_with(connection: Connection) -> set[str]:
        given = "SELECT name FROM pg_settings WHERE source = 'client'"
        return set(connection.exec_driver_sql(given).scalars())

    def timeout(connection: Connection) -> object:
        return connection.exec_driver_sql("SHOW lock_timeout").scalar()

    assert await database.run(begun_with) <= {"client_encoding", "application_name", "DateStyle", "TimeZone"}
    assert await database.run(timeout) == "5s"


async def test_a_pooler_has_to_keep_sessions_or_is_refused_with_what_to_set(
    database: FreshDatabase, tmp_path: Path
) -> None:
    async with pooled(database.url, tmp_path, mode="session") as url, replace(database, url=url).open() as store:
        assert await add(store, 1)
    async with pooled(database.url, tmp_path, mode="transaction") as url:
        for _ in range(2):  # also where it has connections already
            with pytest.raises(
                StoreError, match=r"a pooler that does not keep sessions.*pool_mode = session"
            ) as caught:
                await replace(database, url=url).open()
            assert caught.value.code == "pooled"


async def test_only_what_is_said_again_in_any_case_waits_for_no_disk(database: FreshDatabase, store: Store) -> None:
    def commits(connection: Connection) -> object:
        return connection.exec_driver_sql("SHOW synchronous_commit").scalar()

    async with store._database.listening(lambda _: None) as run:
        assert await run(commits) == "off"
    assert await database.run(commits) == "on"


async def test_of_several_servers_the_one_that_can_be_written_to_is_found(database: FreshDatabase) -> None:
    there = urlsplit(database.url)
    hosts = f"127.0.0.1:{free_port()},127.0.0.1:{there.port}"  # of which the first is away
    url = f"postgresql://checkup@{there.path}?host={hosts}&target_session_attrs=read-write"
    async with replace(database, url=url).open() as store:
        assert await add(store, 1)


async def test_a_user_who_lacks_a_right_is_told_which(
    database: FreshDatabase, guest: FreshDatabase, owner: asyncpg.Connection
) -> None:
    async with database.open():
        pass  # it has its key
    with pytest.raises(StoreError, match="permission denied for table") as caught:
        await guest.open()
    assert caught.value.code == "rights"
    for granted, lacking in GRANTED:
        await owner.execute(f"GRANT {granted} IN SCHEMA public TO {user(guest)}")
        async with guest.open() as store:
            with pytest.raises(StoreError, match=f"it lacks {lacking}. Make that user the database's owner"):
                await store.replicas.join()
    await owner.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {user(guest)}")
    async with guest.open() as store:
        await store.replicas.join()


async def test_a_command_of_a_user_who_may_only_read_says_once_that_it_cannot_write(
    database: FreshDatabase, guest: FreshDatabase, owner: asyncpg.Connection
) -> None:
    async with database.open() as store:
        await add(store, 7)
    await owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user(guest)}")
    settings = {"CHECKUP_DATABASE": guest.url, "CHECKUP_SECRET_FILE": str(guest.secret_file)}
    command = (sys.executable, "-m", "bot", "inbox", "drop", "7")
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | settings, stderr=asyncio.subprocess.PIPE, cwd=ROOT
    )
    _, complained = await process.communicate()
    assert process.returncode == 2
    (line,) = complained.decode().splitlines()
    assert line.startswith("The database ") and "permission denied for table inbox" in line


async def test_what_is_full_old_read_only_crowded_or_too_slow_is_a_sentence_each(
    database: FreshDatabase, guest: FreshDatabase, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.open() as store:
        await owner.execute(FULL)
        with pytest.raises(StoreError, match="no room left") as caught:
            await add(store, 1)
        assert caught.value.code == "full"
    for kind in ("TABLES", "SEQUENCES"):
        await owner.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {user(guest)}")
    for setting, code, told in TROUBLES:
        await owner.execute(f"ALTER ROLE {user(guest)} {setting}")
        with pytest.raises(StoreError, match=told) as caught:
            async with guest.open() as store:
                await store.replicas.join()
                await guest.run(lambda connection: connection.exec_driver_sql("SELECT pg_sleep(0.1)"))
        assert caught.value.code == code
        if code == "read_only":
            assert store.write_trouble and store.write_trouble.code == code
        await owner.execute(f"ALTER ROLE {user(guest)} RESET ALL; ALTER ROLE {user(guest)} CONNECTION LIMIT -1")
    monkeypatch.setattr("bot.store.database.OLDEST_SERVER", 990_000)
    with pytest.raises(StoreError, match="99 or newer is needed") as caught:
        await database.open()
    assert caught.value.code == "old"


async def test_a_server_that_takes_some_of_it_and_not_the_rest_is_in_trouble_until_nothing_failed_for_a_while(
    database: FreshDatabase,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with database.open() as store:
        await owner.execute(FULL)
        for number in range(2):
            with pytest.raises(StoreError, match="no room left"):
                await add(store, number)
        await store.journal.write(journal.ENTRY)
        assert store.write_trouble and store.write_trouble.code == "full"
        monkeypatch.setattr("bot.store.write_trouble._REMEMBERED", 0)
        await store.journal.write(journal.ENTRY)
        assert store.write_trouble is None
    assert (
        caplog.text.count("not everything that is written gets there, and /readyz says so: There is no room left") == 1
    )
    assert "everything that is written gets there again" in caplog.text


async def test_after_a_failover_what_is_written_goes_to_the_new_primary_though_no_connection_broke(
    database: FreshDatabase, guest: FreshDatabase, owner: asyncpg.Connection
) -> None:
    async with database.open():
        pass  # it has its tables
    for kind in ("TABLES", "SEQUENCES"):
        await owner.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {user(guest)}")
    await owner.execute(f"ALTER ROLE {user(guest)} SET default_transaction_read_only = on")
    async with guest.open() as store:
        await asyncio.gather(*(store.backlog.size() for _ in range(3)))  # as many connections
        await owner.execute(f"ALTER ROLE {user(guest)} RESET ALL")  # of which those that are there learn nothing
        with pytest.raises(StoreError, match="name the primary"):
            await add(store, 1)
        assert await asyncio.gather(*(add(store, number) for number in range(1, 4))) == [True] * 3


async def test_a_replica_that_could_not_listen_is_one_again_soon_and_the_log_says_both_once(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures, listen = 3, asyncpg.Connection.add_listener

    async def add_listener(connection: asyncpg.Connection, *arguments: object) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise asyncpg.QueryCanceledError("canceling statement due to statement timeout")
        await listen(connection, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "add_listener", add_listener)
    monkeypatch.setattr("bot.store.replicas._TRY_AGAIN", 0.01)
    async with database.open() as store:
        await store.replicas.join()
        staying = asyncio.create_task(store.replicas.stay(heard=lambda _: None, lost=lambda: None))
        await until(lambda: "signs of life are given again" in caplog.text)
        assert store.replicas.leads.is_set()
        staying.cancel()
        await asyncio.wait([staying])
    assert caplog.text.count("no sign of life can be given: ") == 1


async def test_the_database_s_clock_counts_where_a_machine_s_own_is_wrong(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class AnHourAhead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=1)

    monkeypatch.setattr("bot.store.clock.datetime", AnHourAhead)
    async with database.open() as store:
        await store.replicas.join()
        assert abs(store.now() - datetime.now(UTC)) < timedelta(minutes=10)
    assert re.search(r"this machine's clock is 3[56]\d\d s ahead of the database's", caplog.text)


GRANTED = (
    ("SELECT ON ALL TABLES", "(INSERT|UPDATE|DELETE) on [a-z_]+"),
    ("ALL ON ALL TABLES", "USAGE on [a-z_]+"),
)  # and what is still lacking
TROUBLES = (
    ("SET default_transaction_read_only = on", "read_only", "name the primary"),
    ("CONNECTION LIMIT 0", "crowded", "max_connections"),
    ("SET statement_timeout = 1", "slow", "statement_timeout"),
)
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
