"""Work for the processor goes to a few threads; what may hang goes to a thread of its own, and never holds up the others."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.workers import SPARE, Busy, Workers

MOST = 1 + SPARE  # in a lane of one thread


@pytest.fixture
def workers() -> Iterator[Workers]:
    """One thread for all, as on the smallest machine."""
    with Workers(1) as opened:
        yield opened


async def test_what_hangs_in_its_own_line_holds_up_nobody_else(workers: Workers) -> None:
    over = threading.Event()
    stuck = [asyncio.create_task(workers.run_in_lane("odd", over.wait)) for _ in range(MOST)]
    await asyncio.sleep(0)
    assert await workers.run(lambda: "answered") == "answered"
    assert await workers.run_in_lane("other", lambda: "answered, too") == "answered, too"
    with pytest.raises(Busy):
        await workers.run_in_lane("odd", over.wait)
    with pytest.raises(Busy):
        workers.check_lane("odd")
    workers.check_lane("another")
    over.set()
    assert await asyncio.gather(*stuck) == [True] * MOST
    workers.check_lane("odd")
    assert await workers.run_in_lane("odd", lambda: "there is room again") == "there is room again"


async def test_whoever_was_turned_away_first_is_told_of_room_first(workers: Workers) -> None:
    over = threading.Event()
    stuck = [asyncio.create_task(workers.run_in_lane("odd", over.wait)) for _ in range(MOST)]
    await asyncio.sleep(0)
    turned_away = []
    for _ in range(3):
        with pytest.raises(Busy) as busy:
            workers.check_lane("odd")
        turned_away.append(busy.value)
    assert not await turned_away[0].wait_for_room(0)  # who does not wait any more
    waiting = [asyncio.create_task(one.wait_for_room(60)) for one in turned_away[1:]]
    over.set()
    assert await asyncio.gather(*waiting, *stuck) == [True] * (2 + MOST)
    assert await turned_away[0].wait_for_room(60)  # there is room meanwhile
    assert not await Busy().wait_for_room(0)


async def test_who_comes_before_others_is_told_of_room_before_who_was_turned_away_earlier(workers: Workers) -> None:
    over, told = threading.Event(), []
    stuck = [asyncio.create_task(workers.run_in_lane("odd", over.wait)) for _ in range(MOST)]
    await asyncio.sleep(0)

    async def wait(name: str, *, first: bool) -> None:
        with pytest.raises(Busy) as busy:
            workers.check_lane("odd")
        assert await busy.value.wait_for_room(60, first=first)
        told.append(name)

    waiting = [asyncio.create_task(wait("earlier", first=False)), asyncio.create_task(wait("before", first=True))]
    await asyncio.sleep(0)
    over.set()
    await asyncio.gather(*waiting, *stuck)
    assert told == ["before", "earlier"]


async def test_a_line_does_one_thing_after_another(workers: Workers) -> None:
    done: list[int] = []
    await asyncio.gather(*(workers.run_in_lane("odd", done.append, at) for at in range(MOST)))
    assert done == list(range(MOST))


async def test_what_is_raised_in_a_line_is_raised_to_whoever_waits(workers: Workers) -> None:
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await workers.run_in_lane("odd", fails)
    assert await workers.run_in_lane("odd", lambda: 1) == 1


async def test_the_work_of_threads_gives_way_to_the_event_loop(workers: Workers) -> None:
    def urgency() -> int:
        return -os.getpriority(os.PRIO_PROCESS, threading.get_native_id() if sys.platform == "linux" else 0)

    for asked in (workers.run(urgency), workers.run_in_lane("odd", urgency)):
        assert await asked < urgency() or sys.platform != "linux"
