"""What all tests share: databases, the local Bot API server, and a person with a phone."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import databases
import pytest
from databases import FreshDatabase
from hypothesis import HealthCheck, settings
from phone import Phone
from postgres_server import postgres_server
from sqlalchemy import Connection, Engine, event
from wire import Wire

from bot.local import LocalServer
from bot.store import Store

HERE = Path(__file__).parent
# The same examples each time, however slow the machine.
settings.register_profile(
    "checkup", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("checkup")
# What is imported to collect tests stays, a million objects: the garbage collector looks at them neither meanwhile nor later.
gc.disable()
# What `make check` leaves out: trainings, a browser, a second database, bots in processes of their own, files that cost
# much. They take seconds each.
SLOW = (
    "browser/",
    "recipes/",
    "flows/test_bench.py",
    "flows/test_chaos.py",
    "flows/test_chat_forged_taps.py",
    "flows/test_chat_languages.py",
    "flows/test_chat_looking.py",
    "flows/test_chat_refusals.py",
    "flows/test_chat_reminders.py",
    "flows/test_chat_report.py",
    "flows/test_chat_second_opinion.py",
    "flows/test_chat_second_ways.py",
    "flows/test_chat_spot_changes.py",
    "flows/test_chat_spot_photos.py",
    "flows/test_chat_spots.py",
    "flows/test_chat_telegram_cases.py",
    "flows/test_chat_together.py",
    "flows/test_chat_trouble.py",
    "flows/test_cluster.py",
    "flows/test_engine_trouble.py",
    "flows/test_local_access.py",
    "flows/test_model_server.py",
    "flows/test_monitoring.py",
    "flows/test_reload_signals.py",
    "flows/test_updates_kills.py",
    "flows/test_updates_order.py",
    "flows/test_updates_postgres.py",
    "flows/test_updates_replicas.py",
    "flows/test_updates_start.py",
    "flows/test_updates_trouble.py",
    "flows/test_updates_waiting.py",
    "flows/test_webhook.py",
    "unit/test_add_exports.py",  # starts TensorFlow and ONNX Runtime
    "unit/test_coin.py",
    "unit/test_evaluate.py",
    "unit/test_formats.py",  # starts TensorFlow
    "unit/test_isolated_engine.py",
    "unit/test_photo_dicom.py",
    "unit/test_remote_engine.py",
    "unit/test_photo_open.py",
    "unit/test_report_pdf.py",
    "unit/test_scaling.py",
    "unit/test_spot_pictures.py",
    "unit/test_store_migrations.py",
    "unit/test_store_postgres.py",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the fuzzer unless it is asked for: `pytest -m fuzz`. What is slow is not even imported where it is not run."""
    if collection_path == HERE / "fuzz" and config.option.markexpr != "fuzz":
        return True
    return True if config.option.markexpr == "not slow" and _slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    for item in items:
        if _slow(item.path) or "[postgres" in item.name:
            item.add_marker("slow")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Collect garbage from here on, of tests alone, and not after every 700 objects: that took a fifth of their time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def _slow(path: Path) -> bool:
    """Whether a file or folder of tests is named above."""
    return path.is_relative_to(HERE) and f"{path.relative_to(HERE).as_posix()}{'/' * path.is_dir()}".startswith(SLOW)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server for all tests."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def empty() -> bool:
    """Whether a test's database is without tables; a file of tests may say so."""
    return False


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path, empty: bool) -> AsyncIterator[FreshDatabase]:
    """A database of this test's own, with nothing in it; the test is run once on each kind."""
    if request.param == "sqlite":
        yield databases.sqlite(tmp_path, empty=empty)
    else:
        async with databases.postgres(request.getfixturevalue("postgres"), tmp_path, empty=empty) as made:
            yield made


@pytest.fixture
async def store(database: FreshDatabase) -> AsyncIterator[Store]:
    """The open store of that database."""
    async with database.open() as opened:
        yield opened


@pytest.fixture
def pragmas() -> Iterator[dict[str, int]]:
    """What SQLite is told of itself at the start of every transaction, by its name: fill it in a test."""
    wanted: dict[str, int] = {}

    def tell(connection: Connection) -> None:
        for name, value in wanted.items():
            connection.exec_driver_sql(f"PRAGMA {name} = {value}")

    event.listen(Engine, "begin", tell)
    yield wanted
    event.remove(Engine, "begin", tell)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A Bot API server of this test's own."""
    async with LocalServer(folder=tmp_path / "local", inject_faults=True) as running:
        yield running


@pytest.fixture
async def phone(server: LocalServer) -> AsyncIterator[Phone]:
    """Somebody who looks at a chat with the bot."""
    async with Phone(server.url) as opened:
        yield opened


@pytest.fixture
async def wire(server: LocalServer) -> AsyncIterator[Wire]:
    """A bot that calls methods one by one."""
    async with Wire(server.url) as opened:
        yield opened
