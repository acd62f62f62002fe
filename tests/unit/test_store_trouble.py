"""Killed, closed, crowded, or given a URL that cannot work: the store says what is wrong and loses nothing."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import FreshDatabase, waiting

from bot.store import Store, StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

ENDLESS = """
import asyncio, itertools, pathlib, sys
from datetime import UTC, datetime
from bot.store import Store

async def main():
    async with Store.open(sys.argv[1], secret_file=pathlib.Path(sys.argv[2])) as store:
        for number in itertools.count():
            await store.updates.add(number, chat=1, person="ada", content="x" * 5000, now=datetime.now(UTC))
            print(number, flush=True)

asyncio.run(main())
"""


async def add(store: Store, update_id: int, content: str = "{}") -> bool:
    return await store.updates.add(update_id, chat=1, person="ada", content=content, now=NOW)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_killed_process_loses_no_update_it_has_acknowledged(database: FreshDatabase) -> None:
    command = (sys.executable, "-c", ENDLESS, database.url, str(database.secret_file))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    acknowledged = [int(await process.stdout.readline()) for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in (await process.stdout.read()).splitlines() if line]
    await process.wait()
    async with database.open() as store:
        assert set(await waiting(store)) >= set(acknowledged)
        first = await store.updates.next_in(1)
    assert first is not None
    assert len(first.content) == 5000


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
        ("postgresql://someone:hu@sh@here/there", "has to be written as %40"),
        ("sqlite:////proc/no/such/checkup.db", "cannot be used"),
        ("sqlite:////dev/null/checkup.db", "/dev/null: is not a folder"),
    ],
)
async def test_a_url_that_cannot_work_says_why_and_makes_no_file(
    url: str, detail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=detail) as caught:
        await Store.open(url)
    assert caught.value.code == "unreachable"
    for secret in ("hush", "sh@"):
        assert secret not in f"{caught.value} {caught.value!r} {caught.value.facts}"
    assert files(tmp_path) == []


async def test_a_closed_store_says_so(database: FreshDatabase) -> None:
    store = await database.open()
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await add(store, 1)


async def test_closing_lets_the_writes_under_way_end(database: FreshDatabase) -> None:
    store = await database.open()
    adding = [asyncio.create_task(add(store, number)) for number in range(5)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*adding))
    async with database.open() as store:
        assert len(await waiting(store)) == 5


async def test_a_cancelled_write_leaves_the_store_usable(store: Store) -> None:
    for number in range(20):
        adding = asyncio.create_task(add(store, number))
        for _ in range(number):
            await asyncio.sleep(0)
        adding.cancel()
        await asyncio.gather(adding, return_exceptions=True)
    assert await add(store, 100)
    assert (await waiting(store))[-1] == 100


async def test_many_writers_at_once_all_get_through(store: Store) -> None:
    assert all(await asyncio.gather(*(add(store, number) for number in range(200))))
    assert len(await waiting(store)) == 200
