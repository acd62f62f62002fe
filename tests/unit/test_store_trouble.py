"""Locked, full, gone, killed: the store says what is wrong, loses nothing it has acknowledged, and recovers."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import Store, StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

ENDLESS = """
import asyncio, itertools, sys
from datetime import UTC, datetime
from bot.store import Store

async def main():
    async with Store.open(sys.argv[1]) as store:
        for number in itertools.count():
            await store.updates.add(number, chat=1, person="ada", content="x" * 5000, now=datetime.now(UTC))
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path}/checkup.db") as store:
        yield store


async def add(store: Store, update_id: int, content: str = "{}") -> bool:
    return await store.updates.add(update_id, chat=1, person="ada", content=content, now=NOW)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def pragma(store: Store, statement: str) -> None:
    await store._database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA {statement}"))


async def test_a_killed_process_loses_no_update_it_has_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/checkup.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ENDLESS, url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [int(await process.stdout.readline()) for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in (await process.stdout.read()).splitlines() if line]
    await process.wait()
    async with Store.open(url) as store:
        waiting = await store.updates.waiting()
    assert {row.update_id for row in waiting} >= set(acknowledged)
    assert {len(row.content) for row in waiting} == {5000}


async def test_a_locked_database_is_an_error_and_works_again_once_it_is_free(store: Store, tmp_path: Path) -> None:
    await pragma(store, "busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "checkup.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="held by another program") as caught:
        await add(store, 1)
    assert caught.value.code == "locked"
    assert await store.updates.waiting() == []
    other.execute("ROLLBACK")
    other.close()
    assert await add(store, 1)


async def test_a_short_lock_is_waited_out(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "checkup.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    adding = asyncio.create_task(add(store, 1))
    await asyncio.sleep(0.1)
    assert not adding.done()
    other.execute("ROLLBACK")
    other.close()
    assert await adding


async def test_an_up_to_date_database_opens_while_another_program_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/checkup.db"
    async with Store.open(url):
        pass
    other = sqlite3.connect(tmp_path / "checkup.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with Store.open(url) as store:
        assert await store.updates.waiting() == []
    other.close()


async def test_a_full_disk_is_an_error_and_works_again_once_there_is_room(store: Store) -> None:
    await add(store, 1)
    await pragma(store, "max_page_count = 1")  # SQLite takes the size the file has
    with pytest.raises(StoreError, match="Free some disk space") as caught:
        await add(store, 2, content="x" * 100_000)
    assert caught.value.code == "full"
    assert [row.update_id for row in await store.updates.waiting()] == [1]
    await store.updates.done(1)
    await pragma(store, "max_page_count = 1000000")
    assert await add(store, 2, content="x" * 100_000)


async def test_a_file_that_was_removed_is_an_error_and_works_again_once_it_is_back(
    store: Store, tmp_path: Path
) -> None:
    await add(store, 1)
    file, elsewhere = tmp_path / "checkup.db", tmp_path / "elsewhere"
    file.rename(elsewhere)
    with pytest.raises(StoreError, match="unable to open") as caught:
        await add(store, 2)
    assert caught.value.code == "unreachable"
    assert not file.exists()
    elsewhere.rename(file)
    assert await add(store, 2)
    assert [row.update_id for row in await store.updates.waiting()] == [1, 2]


async def test_a_file_that_is_no_database_is_an_error_and_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, " * 100)
    with pytest.raises(StoreError, match="not a database"):
        await Store.open(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database at all")


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("sqlite:///:memory:", "by the path of its file alone"),
        ("sqlite://", "by the path of its file alone"),
        ("sqlite://checkup.db", "by the path of its file alone"),
        ("sqlite:///checkup.db?mode=memory", "by the path of its file alone"),
        ("sqlite+pysqlite:///checkup.db", "neither sqlite nor postgresql"),
        ("mysql://someone:hush@here/there", "neither sqlite nor postgresql"),
        ("checkup.db", "its URL cannot be read"),
        ("postgresql://someone:hush@here:hush/there", "its URL cannot be read"),
        ("sqlite:////proc/no/such/checkup.db", "cannot be used"),
    ],
)
async def test_a_url_that_cannot_work_says_why_and_makes_no_file(
    url: str, detail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=detail) as caught:
        await Store.open(url)
    assert caught.value.code == "unreachable"
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.facts}"
    assert files(tmp_path) == []


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/checkup.db")
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await add(store, 1)


async def test_closing_lets_the_writes_under_way_end(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/checkup.db"
    store = await Store.open(url)
    adding = [asyncio.create_task(add(store, number)) for number in range(5)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*adding))
    async with Store.open(url) as store:
        assert len(await store.updates.waiting()) == 5


async def test_a_cancelled_write_leaves_the_store_usable(store: Store) -> None:
    for number in range(20):
        adding = asyncio.create_task(add(store, number))
        for _ in range(number):
            await asyncio.sleep(0)
        adding.cancel()
        await asyncio.gather(adding, return_exceptions=True)
    assert await add(store, 100)
    assert (await store.updates.waiting())[-1].update_id == 100


async def test_many_writers_at_once_all_get_through(store: Store) -> None:
    assert all(await asyncio.gather(*(add(store, number) for number in range(200))))
    assert len(await store.updates.waiting()) == 200


async def test_no_message_of_an_error_quotes_what_a_person_sent(store: Store) -> None:
    await pragma(store, "max_page_count = 1")
    with pytest.raises(StoreError) as caught:
        await add(store, 2, content="my face itches" * 10_000)
    assert "itches" not in f"{caught.value!r} {caught.value.facts}"
    assert caught.value.__suppress_context__
