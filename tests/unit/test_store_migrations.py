"""A database is brought up to date at start, by whoever comes first, and never by a version too old for it."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import FreshDatabase
from sqlalchemy import Connection, text

from bot.store import Store, StoreError
from bot.store.schema import REVISION, metadata

ROOT = Path(__file__).parents[2]

START = """
import asyncio, pathlib, sys
from bot.store import Store

async def main():
    async with Store.open(sys.argv[1], secret_file=pathlib.Path(sys.argv[2])) as store:
        print(store.person(1))

asyncio.run(main())
"""


@pytest.fixture
def empty() -> bool:
    """Here the tables are made."""
    return True


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return ScriptDirectory.from_config(config)


async def test_the_migrations_make_exactly_the_tables_of_the_schema(database: FreshDatabase) -> None:
    async with database.open():
        pass
    assert await database.run(differences) == []


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_the_schema_names_the_newest_migration() -> None:
    assert script().get_heads() == [REVISION]


async def test_starting_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "checkup.db"
    async with Store.open(f"sqlite:///{file}"):
        pass
    before = file.read_bytes()
    async with Store.open(f"sqlite:///{file}"):
        pass
    assert file.read_bytes() == before


async def test_processes_that_start_together_make_one_database(database: FreshDatabase) -> None:
    command = (sys.executable, "-W", "error", "-c", START, database.url, str(database.secret_file))
    pipe = asyncio.subprocess.PIPE
    processes = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe) for _ in range(3)]
    answers = await asyncio.gather(*(process.communicate() for process in processes))
    assert [(errors, process.returncode) for (_, errors), process in zip(answers, processes, strict=True)] == [
        (b"", 0)
    ] * 3
    assert len({hashed for hashed, _ in answers}) == 1


async def test_stores_opened_together_in_one_process_do_not_mix(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(Store.open(f"sqlite:///{tmp_path}/{number % 2}.db") for number in range(4)))
    first, second, third, fourth = (store.person(1) for store in stores)
    assert (first, second) == (third, fourth)
    assert first != second
    for store in stores:
        await store.close()


async def test_a_database_of_a_newer_version_is_left_alone_with_a_word_on_what_to_do(database: FreshDatabase) -> None:
    async with database.open():
        pass
    await database.run(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match="Start the newer version") as caught:
        await database.open()
    assert (caught.value.code, caught.value.facts["revision"]) == ("newer", "9999")
