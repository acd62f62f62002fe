"""A replica handles fewer updates at once the later its event loop is, where there are others who may have time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from telegram import Update

from bot.updates.lateness import Lateness
from bot.updates.pending import PendingUpdate
from bot.updates.share import AT_ONCE, Share
from bot.updates.slots import Slots


def share(*, replicas: int, late: float) -> Share:
    return Share(in_hand=lambda: 0, replicas=lambda: replicas, late=lambda: late)


@pytest.mark.parametrize(
    ("late", "at_once"), [(0.0, AT_ONCE), (0.03, AT_ONCE), (0.06, AT_ONCE // 2), (0.12, AT_ONCE // 4), (5.0, 8)]
)
def test_the_later_the_loop_the_fewer_are_handled_at_once(late: float, at_once: int) -> None:
    assert share(replicas=3, late=late).at_once == at_once
    assert share(replicas=1, late=late).at_once == AT_ONCE


async def test_no_more_are_taken_than_may_be_in_hand_now() -> None:
    most = 2
    slots = Slots([].append, at_once=lambda: most)
    for number in range(2):
        assert slots.is_free
        slots.add(PendingUpdate(update=Update(number), chat=number, received=datetime.now(UTC)))
    assert (slots.is_free, slots.may_replace) == (False, True)
    most = 1
    assert not slots.may_replace
    slots.free(Update(0))
    assert slots.may_replace
    slots.stop()


async def test_what_hangs_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots([].append, at_once=lambda: 1)
    slots.add(PendingUpdate(update=Update(1), chat=1, received=datetime.now(UTC)))
    assert not slots.is_free
    monkeypatch.setattr("bot.updates.slots.HANGS", 0.0)
    assert slots.is_free
    slots.stop()


async def test_lateness_is_seen_as_long_as_there_is_something_to_do() -> None:
    busy = True
    lateness = Lateness(lambda: busy)
    lateness.watch()
    time.sleep(0.5)  # noqa: ASYNC251 - what makes a loop late
    await asyncio.sleep(0.01)
    assert lateness.seconds > 0
    busy = False
    async with asyncio.timeout(10):
        while lateness.seconds:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
