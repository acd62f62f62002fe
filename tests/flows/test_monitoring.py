"""Whoever watches the bot sees what goes on, and nothing of anybody."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, photo
from phone import TIMEOUT, Phone
from processes import all_met, consented, until
from prometheus_client.parser import text_string_to_metric_families
from tcp_proxy import TcpProxy
from web_proxy import free_port, listens

from bot.app import CannotStart, Checkup, answering
from bot.local import LocalServer
from bot.settings import LOOPBACK, Address, Settings
from classifiers.errors import EngineFailed
from classifiers.registry import Registry

T = TypeVar("T")


class Watcher:
    """Somebody who asks the bot how it is, as Prometheus does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """Return status and answer of /readyz."""
        async with self._session.get(f"{self._url}/readyz") as answer:
            return answer.status, await answer.json()

    async def text(self, page: str) -> str:
        """Return a page that is there."""
        async with self._session.get(f"{self._url}/{page}") as answer:
            assert answer.status == 200
            return await answer.text()

    async def words(self) -> str:
        """Return all that is said of what is counted: names, labels and help, without the numbers."""
        families = list(text_string_to_metric_families(await self.text("metrics")))
        samples = [f"{sample.name}{sample.labels}" for family in families for sample in family.samples]
        return "\n".join([family.documentation for family in families] + samples)

    async def values(self) -> dict[str, float]:
        """Return all that is counted, as `name{labels}`: labels' values in the order of their names."""
        families = text_string_to_metric_families(await self.text("metrics"))
        return {
            f"{sample.name}{[sample.labels[name] for name in sorted(sample.labels)] or ''}": sample.value
            for family in families
            for sample in family.samples
        }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a port for whoever watches, and a database of this test's own."""
    database = sqlite_url(tmp_path)
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_MONITORING": str(free_port())})


@pytest.fixture
async def watcher(settings: Settings) -> AsyncIterator[Watcher]:
    """Somebody who watches the bot."""
    assert settings.monitoring is not None
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, f"http://{LOOPBACK}:{settings.monitoring.port}")


async def once(ask: Callable[[], Awaitable[T]], fits: Callable[[T], bool]) -> T:
    """Return the first answer that fits."""
    async with asyncio.timeout(TIMEOUT):
        while not fits(answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer


async def test_what_happens_is_counted_and_nobody_is_told_of(
    checkup: Checkup,
    settings: Settings,
    server: LocalServer,
    watcher: Watcher,
    phone: Phone,
    engine: SaysWhatItIsTold,
) -> None:
    before = await watcher.values()
    assert await watcher.text("healthz") == "ok\n"
    assert await watcher.ready() == (200, {"database": True, "telegram": True, "models": {"skin": True}})
    await consented(settings.database_url, 1001)
    server.faults.add("sendPhoto", "429", retry_after=1)
    await phone.sends_photo(photo())
    await phone.waits_for("looks most like")
    await phone.sends_photo(b"no image", kind="document", name="secret-name.jpg", mime="image/jpeg")
    await phone.waits_for("cannot open this")
    engine.errors = [EngineFailed(disease="skin", why="no reason")]
    await phone.sends_photo(photo())
    await phone.waits_for("went wrong")
    await until(lambda: all_met(server))

    async def grown() -> dict[str, float]:
        after = await watcher.values()
        return {name: after[name] - before.get(name, 0) for name in after if "_created" not in name}

    # What was answered is noted after the answer.
    found = await once(grown, lambda found: found["checkup_updates_answered_total"] >= 3)
    assert found["checkup_updates_received_total"] == found["checkup_store_seconds_count"] == 3
    assert found["checkup_answer_seconds_count"] == 3
    assert found["checkup_findings_total['false', 'skin', '2026.1', 'sure']"] == 1
    assert found["checkup_finding_seconds_count['skin']"] == 1
    assert found["checkup_refusals_total['not_an_image']"] == 1
    assert found["checkup_faults_total['engine_failed', 'litert']"] == 1
    assert found["checkup_telegram_errors_total['429']"] == found["checkup_telegram_wait_seconds_total"] == 1
    # It is counted before the database has it.
    values = await once(watcher.values, lambda values: values["checkup_updates_waiting"] == 0)
    words = await watcher.words()
    assert values["checkup_updates_kept_aside"] == 0
    assert values["checkup_disk_size_bytes"] >= values["checkup_disk_free_bytes"] > 0
    assert values["checkup_disease_available['skin']"] == values["checkup_up['database']"] == 1
    assert not [word for word in ("1001", "Robin", "secret-name", "spot.jpg") if word in words]


async def test_what_is_away_is_named_and_the_process_is_well(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    watcher: Watcher,
    phone: Phone,
    engine: SaysWhatItIsTold,
    tmp_path: Path,
) -> None:
    async def runs(api: str, ready: asyncio.Event, over: asyncio.Event) -> None:
        async with answering(settings, api=api, token="1:local", registry=fake_registry):
            ready.set()
            await over.wait()

    ready, over = asyncio.Event(), asyncio.Event()
    async with TcpProxy(server.url) as door:
        await door.shut()
        running = asyncio.create_task(runs(door.url, ready, over))
        await until(lambda: settings.monitoring and listens(settings.monitoring.port))
        assert await watcher.text("healthz") == "ok\n"
        assert await watcher.ready() == (503, {"database": True, "telegram": False, "models": {"skin": True}})
        await door.open()
        await ready.wait()
        await once(watcher.ready, lambda answer: answer[0] == 200)
        (tmp_path / "checkup.db").rename(tmp_path / "away.db")
        assert await watcher.ready() == (503, {"database": False, "telegram": True, "models": {"skin": True}})
        values = await watcher.values()
        assert values["checkup_up['database']"] == 0 and math.isnan(values["checkup_updates_waiting"])
        (tmp_path / "away.db").rename(tmp_path / "checkup.db")
        await consented(settings.database_url, 1001)
        engine.errors = [EngineFailed(disease="skin", why="no reason")] * 3
        for _ in range(3):
            await phone.sends_photo(photo())
            await phone.waits_for("went wrong")
        assert await watcher.ready() == (503, {"database": True, "telegram": True, "models": {"skin": False}})
        assert (await watcher.values())["checkup_disease_available['skin']"] == 0
        over.set()
        await running


async def test_a_database_that_can_be_read_and_does_not_take_what_is_written_is_in_trouble(
    checkup: Checkup,
    settings: Settings,
    watcher: Watcher,
    phone: Phone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def change(statement: str) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "checkup.db")) as connection:
            connection.execute(statement)
            connection.commit()

    change("CREATE TRIGGER no_room BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
    await phone.says("/help")
    _, said = await once(watcher.ready, lambda answer: answer[0] == 503)
    assert said == {"database": False, "trouble": "unreachable", "telegram": True, "models": {"skin": True}}
    with monkeypatch.context() as however_long:  # Telegram is not asked for more meanwhile, and not away
        however_long.setattr("bot.updates.polling.WAIT", 0)
        however_long.setattr("bot.updates.polling.READ", 0)
        # Anything else that is written meanwhile, as the start's last steps are, looks like the end of it.
        assert await once(watcher.ready, lambda answer: answer == (503, said))
    change("DROP TRIGGER no_room")
    await phone.waits_for("/forget")
    assert await once(watcher.ready, lambda answer: answer[0] == 200)


async def test_a_port_that_is_taken_is_named(server: LocalServer, settings: Settings, fake_registry: Registry) -> None:
    taken = Address(LOOPBACK, int(server.api.rpartition(":")[2]))
    with pytest.raises(CannotStart, match=f"CHECKUP_MONITORING: {LOOPBACK}:{taken.port} cannot be listened on"):
        async with answering(
            settings.model_copy(update={"monitoring": taken}), api=server.url, token="1:local", registry=fake_registry
        ):
            raise AssertionError("it runs")
