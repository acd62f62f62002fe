"""Three processes on one PostgreSQL, killed at random while a hundred people send photos, and what they need killed, too."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

from chaos.crowd import all_answered, lost, out_of_order, share, twice
from chaos.figures import Figure
from chaos.fleet import Fleet, fleet
from chaos.kills import send_all

FIRST = 3001  # the number of the first person
RATE = 4.0  # photos a second, which two cores can answer while processes start again
MOST_WAIT = 10.0  # seconds until a chat's next answer after its process was killed, at the 95th percentile
LATE = 1.0  # seconds by which an answer may come late to who looks for it


async def replicas(folder: Path, *, photos_in_all: int = 2000, deaths: int = 30) -> list[Figure]:
    """Make trouble at full load, with models on Ray, where a chat waits for its turn in any case; then at a quarter of that."""
    full = await troubled(folder / "full", photos_in_all, deaths, restarts=2, on_ray=True)
    few = photos_in_all * 2 // 5, max(1, deaths * 2 // 3)
    return [*full, *await troubled(folder / "rate", *few, restarts=0, people=40, rate=RATE)]


async def troubled(
    folder: Path,
    photos_in_all: int,
    deaths: int,
    *,
    restarts: int,
    people: int = 100,
    rate: float = 0.0,
    on_ray: bool = False,
    seed: int = 1,
) -> list[Figure]:
    """Send photos, kill processes, restart the database, and freeze a process as often: each spread over all photos.

    `rate` is how many photos are sent a second; as many as may be on their way, where it is 0. With models on Ray one of its two
    machines dies in the middle.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    rng = random.Random(seed)  # noqa: S311 - for when to send and to kill, no secret
    async with fleet(folder, range(FIRST, FIRST + people), rng, on_ray=on_ray) as running:
        each = photos_in_all // people
        troubled = asyncio.create_task(_spread(running, _troubles(running, deaths, restarts), over=each * people))
        await asyncio.gather(
            *(send_all(sender, each, rng, people / rate if rate else 0.0) for sender in running.senders.values())
        )
        await troubled
        await all_answered(list(running.senders.values()))
        await asyncio.sleep(1)  # for answers that come a second time
        return await _figures(running, restarts, rate)


def _troubles(running: Fleet, deaths: int, restarts: int) -> list[Callable[[], Awaitable[None]]]:
    troubles = [running.kill_one] * deaths
    for number in range(restarts):
        troubles.insert((number + 1) * deaths // (restarts + 1), running.restart_database)
        troubles.insert((number + 1) * deaths // (restarts + 2), running.freeze_one)
    troubles.insert(len(troubles) // 2, running.kill_machine)
    return troubles


async def _spread(running: Fleet, trouble: list[Callable[[], Awaitable[None]]], *, over: int) -> None:
    for number, make in enumerate(trouble):
        due = (number + running.rng.uniform(0.1, 0.9)) / len(trouble) * over
        while running.answered < due:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await make()


async def _figures(running: Fleet, restarts: int, rate: float) -> list[Figure]:
    senders = list(running.senders.values())
    sent, deaths = sum(len(sender.sent) for sender in senders), sum(bot.deaths for bot in running.bots)
    missing, again, disordered = lost(senders), twice(senders), out_of_order(senders)
    aside = await running.count("SELECT count(*) FROM inbox WHERE state = 'set_aside'")
    rows = await running.count("SELECT count(*) FROM journal")
    left = await running.count("SELECT count(*) FROM turns")
    without = _without_a_trouble(running)
    wait = share(running.waits, 0.95)
    at = f"{rate:.0f} a second" if rate else "full load"
    what = f"{sent} photos at {at}, {deaths} kills, {restarts} restarts of the database, {restarts} freezes"
    what += ", a machine of Ray's killed" if running.cluster else ""
    return [
        Figure(what=f"{what}: lost", figure=str(missing), wanted="0", met=missing == 0),
        Figure(what="good photos set aside", figure=str(aside), wanted="0", met=aside == 0),
        Figure(what="out of order", figure=str(disordered), wanted="0", met=disordered == 0),
        Figure(what="journal rows", figure=str(rows), wanted=str(sent), met=rows == sent),
        Figure(what="chats that are still in somebody's hands", figure=str(left), wanted="0", met=left == 0),
        Figure(
            what="answered twice, a kill", figure=f"{again / max(1, deaths):.2f}", wanted="≤ 1", met=again <= deaths
        ),
        Figure(what="answered twice with no trouble between", figure=str(without), wanted="0", met=without == 0),
        Figure(
            what=f"wait of {len(running.waits)} chats whose process was killed, 95th percentile",
            figure=f"{wait:.1f} s",
            wanted=f"≤ {MOST_WAIT:.0f} s",
            met=not wait > MOST_WAIT,  # nobody waited where all was answered before
        ),
    ]


def _without_a_trouble(running: Fleet) -> int:
    """Return how many second answers came though nothing was done to a process or the database since the first may have come."""
    repeats = [one for sender in running.senders.values() for one in sender.repeats]
    return sum(not any(first - LATE <= at <= second for at in running.troubles) for first, second in repeats)
