"""When an update that may have killed processes is tried: not in a crash loop, yet also where processes die every few seconds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Update

from bot.updates import suspects
from bot.updates.pending import PendingUpdate
from bot.updates.slots import Slots


def pending(number: int, *, deaths: int = 0) -> PendingUpdate:
    return PendingUpdate(update=Update(number), chat=number, received=datetime.now(UTC), deaths=deaths)


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_suspect_is_handled_alone_once_enough_others_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "SETTLED", 3600.0)
    handed: list[Update] = []
    slots = Slots(hand_out=handed.append)
    slots.add(pending(0, deaths=suspects.MOST_DEATHS))
    for number in range(1, suspects.ENOUGH):
        slots.add(pending(number))
        slots.free(handed[-1])
    await turns()
    assert [update.update_id for update in handed] == list(range(1, suspects.ENOUGH)), (
        "the process may be in a crash loop"
    )

    slots.add(pending(100))
    slots.free(handed[-1])
    slots.add(pending(101))
    await turns()
    slots.add(pending(102))
    assert handed[-1].update_id == 101, "it waits for what is in hand, and others for it"
    slots.free(handed[-1])
    await turns()
    assert handed[-1].update_id == 0
    assert slots.is_alone(pending(0, deaths=suspects.MOST_DEATHS))
    slots.free(handed[-1])
    await turns()
    assert handed[-1].update_id == 102
    slots.stop()
