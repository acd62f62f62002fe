"""A disease whose engine is somebody else's goes wrong: it costs its own replies, and nobody else waits."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import tiny
import tiny_apart
import yaml
from chat import ADMIN, agree
from databases import sqlite_url
from phone import Phone
from photo_bytes import file
from processes import BotProcess, attempts, consented, until
from tiny_apart import GROW, HANG, NAN, RAISE, SLOW

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings

ANSWER = "looks most like"


@pytest.fixture
def pause() -> float:
    """How many seconds the queue waits before it tries an update again."""
    return 0.05


@pytest.fixture
async def both(server: LocalServer, tmp_path: Path, pause: float) -> AsyncIterator[Checkup]:
    """The bot with a disease of its own, /colour, and somebody else's, /odd."""
    card = tiny_apart.odd(tmp_path / "odd", id="odd", title={"en": "Odd"}, model__timeout=600)
    del card["decision"]["screen"]
    tiny_apart.write(tmp_path / "odd", card)
    tiny.write(tmp_path / "colour")
    lines = [{"card": "odd/card.yaml"}, {"card": "colour/card.yaml"}]
    (tmp_path / "registry.yaml").write_text(yaml.safe_dump({"plugins": lines}))
    settings = Settings.read(
        {
            "CHECKUP_DATABASE": sqlite_url(tmp_path),
            "CHECKUP_REGISTRY": str(tmp_path / "registry.yaml"),
            "CHECKUP_TRUSTED": "odd",
            "CHECKUP_ADMINS": str(ADMIN),
        }
    )
    async with answering(settings, api=server.url, token="1:local", pause=pause) as running:
        yield running


def asking(what: int) -> bytes:
    """Return a photo that the odd engine takes for a wish."""
    return file(tiny.plain((what + 4, 0, 0)), "PNG")


RED = file(tiny.plain("red"), "PNG")


async def test_whoever_asks_for_another_disease_does_not_wait_for_one_that_hangs(
    both: Checkup, server: LocalServer, phone: Phone
) -> None:
    await agree(phone)
    for person in range(2001, 2010):  # more than can be handled at once
        async with Phone(server.url, person) as other:
            await agree(other)
            await other.sends_photo(asking(HANG), caption="/odd")
    await phone.sends_photo(RED, caption="/colour")
    assert await phone.waits_for(ANSWER)


@pytest.mark.parametrize("pause", [600.0])
async def test_when_many_ask_for_one_that_is_slow_each_is_looked_at_as_soon_as_there_is_room(
    both: Checkup, server: LocalServer, pause: float
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        people = [await stack.enter_async_context(Phone(server.url, person)) for person in range(2001, 2009)]
        for person in people:
            await agree(person)
        for person in people:
            await person.sends_photo(asking(SLOW), caption="/odd")
        for person in people:
            assert await person.waits_for(ANSWER)


async def test_after_three_failures_in_a_row_a_disease_is_away_until_reload(
    both: Checkup, server: LocalServer, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await agree(phone)
    for what in (RAISE, GROW):
        await phone.sends_photo(asking(what), caption="/odd")
        await phone.waits_for("on our side")
    await phone.sends_photo(RED, caption="/odd")
    await phone.waits_for(ANSWER)  # which ends the row
    for what in (NAN, RAISE, NAN):
        await phone.sends_photo(asking(what), caption="/odd")
        await phone.waits_for("on our side")
    await phone.sends_photo(RED, caption="/odd")
    await phone.waits_for("at the moment")
    await phone.says("/diseases")
    await phone.waits_for("Odd: not available at the moment")
    await phone.sends_photo(RED, caption="/colour")
    assert await phone.waits_for(ANSWER)
    assert "odd: failure 1, 1 in a row: engine_failed {'why': 'ValueError: I do not like it'}" in caplog.text
    assert "odd is unavailable until the registry is read anew: 3 failures in a row" in caplog.text
    async with Phone(server.url, ADMIN) as admin:
        await admin.says("/reload")
        await admin.waits_for("odd")
    await phone.sends_photo(RED, caption="/odd")
    assert await phone.waits_for(ANSWER)


async def test_a_bot_that_is_told_to_stop_does_not_wait_for_an_engine_that_hangs(
    server: LocalServer, phone: Phone, tmp_path: Path
) -> None:
    tiny_apart.write(tmp_path / "odd", tiny_apart.odd(tmp_path / "odd", id="odd", model__timeout=600))
    registry = tiny.registry(tmp_path, {"card": "odd/card.yaml"})
    await consented(sqlite_url(tmp_path), 1001)
    settings = {
        "CHECKUP_API": server.url,
        "CHECKUP_TOKEN": "1:local",
        "CHECKUP_REGISTRY": str(registry),
        "CHECKUP_TRUSTED": "odd",
    }
    async with BotProcess(tmp_path, "run", **settings) as bot:
        await phone.sends_photo(asking(HANG))
        await until((tmp_path / "odd" / "hangs").exists, "the engine to hang")
        assert await bot.stopped() == 0
    assert attempts(tmp_path) == [0]  # left to the next start
