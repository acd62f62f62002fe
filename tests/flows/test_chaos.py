"""The suite of `make chaos` in short: each scenario once, as small as it can be."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from pathlib import Path

import pytest
import warm
from chaos.bad_chats import bad_chats
from chaos.figures import Figure
from chaos.flood import flood
from chaos.hostile import hostile
from chaos.kills import killed_while_sending
from chaos.outages import outages
from processes import TIED

TIMED = ("wait",)  # what depends on how fast and how busy the machine is is measured by `make chaos` alone


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork each bot from a process that has imported everything: its start is not what is tested."""
    monkeypatch.setattr("chaos.supervised.start", warm.start)


async def not_met(scenario: Awaitable[list[Figure]]) -> list[Figure]:
    return [figure for figure in await scenario if not figure.met and not any(word in figure.what for word in TIMED)]


async def test_kills_lose_nothing_set_nothing_aside_and_keep_the_order(tmp_path: Path) -> None:
    figures = await killed_while_sending(tmp_path, 128, 3, 1, at="full load")
    twice = [figure for figure in figures if "twice" in figure.what]
    assert [figure for figure in figures if not figure.met and figure not in twice] == []
    assert float(twice[0].figure) <= 2  # of the few that three kills met, an answer on its way each time at most


async def test_an_outage_of_photos_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    assert await not_met(outages(tmp_path, seconds=5, photos_each=2, troubles=1)) == []


async def test_bad_chats_do_not_stop_the_others(tmp_path: Path) -> None:
    assert await not_met(bad_chats(tmp_path, photos_each=2, troubles=1)) == []


async def test_a_flood_loses_nothing_and_is_told_once(tmp_path: Path) -> None:
    assert await not_met(flood(tmp_path, photos_of_one=60, photos_each=1)) == []


@pytest.mark.parametrize("files", [8])
async def test_hostile_files_take_nothing_down(tmp_path: Path, files: int) -> None:
    assert await not_met(hostile(tmp_path, files=files, rounds=1)) == []


async def test_a_suite_that_is_killed_leaves_no_bot_behind(tmp_path: Path) -> None:
    bot, suite = tmp_path / "bot.py", tmp_path / "suite.py"
    bot.write_text("print('up', flush=True)\nimport time\ntime.sleep(600)")
    start = f"Popen([sys.executable, {TIED!r}, {str(bot)!r}], stdin=PIPE).wait()"
    suite.write_text(f"import sys\nfrom subprocess import PIPE, Popen\n{start}")
    process = await asyncio.create_subprocess_exec(sys.executable, str(suite), stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"up\n"
    process.kill()
    assert await process.stdout.read() == b""  # which comes once the bot, who writes there, too, has ended
    await process.wait()
