"""The tables of docs/scaling.md are what deploy/scaling prints, and its queues keep people waiting as theory says."""

from __future__ import annotations

import random
import re
import runpy
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs" / "scaling.md").read_text(encoding="utf-8")
QUEUEING = runpy.run_path(str(HOME / "deploy" / "scaling" / "queueing.py"))


def tables(*options: str) -> list[str]:
    """Return the tables that the command prints."""
    command = [sys.executable, "deploy/scaling", *options]
    done = subprocess.run(command, cwd=HOME, check=True, capture_output=True, text=True)
    return done.stdout.strip("\n").split("\n\n")


def test_every_table_of_the_page_is_the_command_s() -> None:
    printed = tables()
    assert len(printed) == 6
    assert [table for table in printed if f"\n\n{table}\n\n" not in PAGE] == []


def test_a_cost_of_one_s_own_replaces_the_measured_one() -> None:
    costs, limits, *_, waits = tables("--chat-messages=1000", "--bot-messages=9")
    assert "| `--chat-messages` | messages a second that it takes for a chat | 1000 | given |" in costs
    assert "| Telegram: messages of a bot | 9 |" in limits
    assert "| 10 | ever longer | ever longer |" in waits
    (unlimited,) = re.findall(r"\| 100, one bot \| .* \| (.*) \|", waits)
    assert f"would wait\n{unlimited}: a chat's photos" in PAGE


@pytest.mark.parametrize("places", [1, 2])
def test_a_part_that_is_half_busy_keeps_waiting_as_long_as_theory_says(places: int) -> None:
    """One place: Pollaczek and Khinchine, half a service for steady services; two: less than half of that."""
    clock, part, waits = QUEUEING["Clock"](), QUEUEING["Part"](places), list[float]()
    chance = random.Random(1)  # noqa: S311 - no secret

    def photo() -> Iterator[Any]:
        came = clock.now
        yield from part.work(clock, 1.0)
        waits.append(clock.now - came - 1)

    at = 0.0
    for _ in range(20_000):
        at += chance.expovariate(0.5 * places)
        clock.after(at, lambda: clock.go_on(photo()))
    clock.run()
    assert statistics.mean(waits) == pytest.approx({1: 0.5, 2: 0.177}[places], rel=0.06)


def test_commits_that_come_during_a_flush_share_the_next() -> None:
    clock, disk, ends = QUEUEING["Clock"](), QUEUEING["Disk"](1.0), list[float]()

    def commit() -> Iterator[Any]:
        yield disk.flush
        ends.append(clock.now)

    for at in (0.0, 0.2, 0.9):
        clock.after(at, lambda: clock.go_on(commit()))
    clock.run()
    assert ends == [1.0, 2.0, 2.0]


def test_a_limit_lets_a_second_s_worth_through_and_then_one_by_one() -> None:
    limit = QUEUEING["Limit"](4.0)
    assert [limit.wait(10.0) for _ in range(6)] == [0, 0, 0, 0, 0.25, 0.5]
