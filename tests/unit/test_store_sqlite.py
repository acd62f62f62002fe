"""An SQLite file that is locked, full, gone or no database: the store says so, and goes on once it can."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import databases
import pytest
from databases import FreshDatabase, locked, waiting

from bot.store import Store, StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> FreshDatabase:
    return databases.sqlite(tmp_path)


async def add(store: Store, update_id: int, content: str = "{}") -> bool:
    return await store.updates.add(update_id, chat=1, person="ada", content=content, now=NOW)


async def test_a_locked_database_is_an_error_and_works_again_once_it_is_free(
    store: Store, tmp_path: Path, pragmas: dict[str, int]
) -> None:
    pragmas["busy_timeout"] = 50
    with locked(tmp_path):
        with pytest.raises(StoreError, match="held by another program") as caught:
            await add(store, 1)
        assert caught.value.code == "locked"
        assert await waiting(store) == []
    assert await add(store, 1)


async def test_a_database_that_another_program_holds_for_long_is_in_trouble_until_it_is_free(
    store: Store, tmp_path: Path, pragmas: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails() -> None:
        with pytest.raises(StoreError, match="held by another program"):
            await add(store, 1)

    pragmas["busy_timeout"] = 10
    with locked(tmp_path):
        await fails()
        assert store.write_trouble is None  # a backup, say: that is over soon
        monkeypatch.setattr("bot.store.write_trouble._LONG", 0)
        await fails()
        assert store.write_trouble and store.write_trouble.code == "locked"
    assert await add(store, 1)
    assert store.write_trouble is None


async def test_of_many_writes_at_once_one_that_fails_fails_alone(store: Store) -> None:
    wrong = store.updates.add(7, chat=1, person="ada", content="{}", now=NOW.replace(tzinfo=None))
    done = await asyncio.gather(*(add(store, n) for n in range(7)), wrong, add(store, 8), return_exceptions=True)
    assert [result for result in done if result is not True] == [done[7]]
    assert isinstance(done[7], StoreError)
    assert await waiting(store) == [0, 1, 2, 3, 4, 5, 6, 8]


async def test_many_writes_to_a_locked_database_all_fail_and_work_once_it_is_free(
    store: Store, tmp_path: Path, pragmas: dict[str, int]
) -> None:
    pragmas["busy_timeout"] = 10
    with locked(tmp_path):
        done = await asyncio.gather(*(add(store, number) for number in range(9)), return_exceptions=True)
        assert [error.code for error in done if isinstance(error, StoreError)] == ["locked"] * 9
    assert all(await asyncio.gather(*(add(store, number) for number in range(9))))


async def test_a_short_lock_is_waited_out(store: Store, tmp_path: Path) -> None:
    with locked(tmp_path):
        adding = asyncio.create_task(add(store, 1))
        await asyncio.sleep(0.1)
        assert not adding.done()
    assert await adding


async def test_what_was_answered_when_the_process_was_killed_is_not_answered_again(
    store: Store, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        await add(store, number)
    await store.updates.done(1)
    with locked(tmp_path):  # the transaction has to wait, and the process is killed before it comes to it
        marking = asyncio.create_task(store.updates.done(2))
        await asyncio.sleep(0)
        left = shutil.copytree(tmp_path, tmp_path / "left")
    await marking
    async with databases.sqlite(left).open() as after:
        await after.replicas.join()
        assert await waiting(after) == [3]
    assert (left / "checkup.db.answered").read_bytes() == b""


async def test_the_file_of_what_was_answered_stays_small(store: Store, tmp_path: Path) -> None:
    for number in range(400):
        await store.updates.done(number)
    assert (tmp_path / "checkup.db.answered").stat().st_size <= 4096 + 20


async def test_a_note_that_a_power_cut_left_unfinished_counts_for_nothing(store: Store, tmp_path: Path) -> None:
    for number in (12, 123, 1234):
        await add(store, number)
    (tmp_path / "checkup.db.answered").write_bytes(b"0 123 answered\n7 1234 answered\n\0\0\0\0\n0 12")
    await store.replicas.join()
    assert await waiting(store) == [12, 1234]  # 1234 is another bot's


async def test_an_up_to_date_database_opens_while_another_program_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/checkup.db"
    async with Store.open(url):
        pass
    with locked(tmp_path):
        async with Store.open(url) as store:
            assert await waiting(store) == []


async def test_a_url_that_names_another_driver_opens_the_same_file(store: Store, database: FreshDatabase) -> None:
    await add(store, 1)
    async with Store.open(database.url.replace("sqlite", "sqlite+aiosqlite")) as again:
        assert await waiting(again) == [1]


async def test_a_full_disk_is_an_error_and_works_again_once_there_is_room(
    store: Store, pragmas: dict[str, int]
) -> None:
    await add(store, 1)
    pragmas["max_page_count"] = 1  # SQLite takes the size the file has
    with pytest.raises(StoreError, match="Free some disk space") as caught:
        await add(store, 2, content="x" * 100_000)
    assert caught.value.code == "full"
    assert await waiting(store) == [1]
    await store.updates.done(1)
    pragmas["max_page_count"] = 1_000_000
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
    assert await waiting(store) == [1, 2]


async def test_after_a_file_was_replaced_the_new_one_is_written_to(store: Store, tmp_path: Path) -> None:
    await add(store, 1)
    for name in ("checkup.db", "checkup.db-wal", "checkup.db-shm"):
        (tmp_path / name).rename(tmp_path / f"before-{name}")
    databases.sqlite(tmp_path)
    assert await add(store, 2)
    assert await waiting(store) == [2]


async def test_a_file_that_is_no_database_is_an_error_and_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, " * 100)
    with pytest.raises(StoreError, match="not a database"):
        await Store.open(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database at all")


async def test_no_message_of_an_error_quotes_what_a_person_sent(store: Store, pragmas: dict[str, int]) -> None:
    pragmas["max_page_count"] = 1
    with pytest.raises(StoreError) as caught:
        await add(store, 2, content="my face itches" * 10_000)
    assert "itches" not in f"{caught.value!r} {caught.value.facts}"
    assert caught.value.__suppress_context__
