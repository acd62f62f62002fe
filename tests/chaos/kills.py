"""The bot is killed again and again while people send photos: none is lost, none set aside, few are answered twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chaos.crowd import Sender, all_answered, crowd, lost, out_of_order, photos, twice
from chaos.figures import Figure
from chaos.server_process import local_server
from chaos.supervised import SupervisedBot

PEOPLE = range(2001, 2033)
MOST_OPEN = 8  # photos that a person has under way
TWICE_A_KILL = 0.2
FEWER = 10  # times as few photos and kills at half the load


async def kills(folder: Path, *, photos_in_all: int = 10_000, deaths: int = 100, seed: int = 1) -> list[Figure]:
    """Kill the bot at random moments at full load, then, a tenth as often, at half the photos a second that it made."""
    started = time.monotonic()
    full = await killed_while_sending(folder / "full", photos_in_all, deaths, seed, at="full load")
    rate = photos_in_all / (time.monotonic() - started) / 2
    at = f"{rate:.1f} photos a second"
    few = photos_in_all // FEWER, max(1, deaths // FEWER)
    return [*full, *await killed_while_sending(folder / "half", *few, seed, at=at, pause=len(PEOPLE) / rate)]


async def killed_while_sending(
    folder: Path, photos_in_all: int, deaths: int, seed: int, *, at: str, pause: float = 0.0
) -> list[Figure]:
    """Send photos, each person one in `pause` seconds or as soon as they may, and kill the bot spread over all of them."""
    rng = random.Random(seed)  # noqa: S311 - for when to send and to kill, no secret
    async with (
        local_server(folder / "local") as url,
        SupervisedBot(folder / "bot", url, people=PEOPLE) as bot,
        crowd(url, PEOPLE) as senders,
    ):
        each = photos_in_all // len(senders)
        async with _killed_on_the_way(bot, senders, photos_in_all=each * len(senders), deaths=deaths, rng=rng):
            await asyncio.gather(*(send_all(sender, each, rng, pause) for sender in senders))
        await all_answered(senders)
        await asyncio.sleep(1)  # for answers that come a second time
        return _figures(bot, senders, at)


def _figures(bot: SupervisedBot, senders: list[Sender], at: str) -> list[Figure]:
    sent = sum(len(sender.sent) for sender in senders)
    missing, again, disordered = lost(senders), twice(senders), out_of_order(senders)
    aside, rows = bot.states().get("set_aside", 0), bot.entries()
    what = f"{sent} photos at {at}, {bot.deaths} kills"
    return [
        Figure(what=f"{what}: lost", figure=str(missing), wanted="0", met=missing == 0),
        Figure(what=f"{what}: good photos set aside", figure=str(aside), wanted="0", met=aside == 0),
        Figure(
            what=f"{what}: answered twice, a kill",
            figure=f"{again / max(1, bot.deaths):.2f}",
            wanted=f"≤ {TWICE_A_KILL}",
            met=again <= TWICE_A_KILL * bot.deaths,
        ),
        Figure(what=f"{what}: out of order", figure=str(disordered), wanted="0", met=disordered == 0),
        Figure(what=f"{what}: journal rows", figure=str(rows), wanted=f"{sent}", met=rows == sent),
    ]


async def send_all(sender: Sender, count: int, rng: random.Random, pause: float) -> None:
    """Send photos, one in `pause` seconds, or as soon as few enough are not answered."""
    for photo in photos(count):
        if pause:
            await asyncio.sleep(rng.expovariate(1 / pause))
        while sender.open >= MOST_OPEN:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await sender.send([photo])


@asynccontextmanager
async def _killed_on_the_way(
    bot: SupervisedBot, senders: list[Sender], *, photos_in_all: int, deaths: int, rng: random.Random
) -> AsyncIterator[None]:
    """Kill the bot each time a share of all photos is answered, a little before or after."""

    async def kill_all() -> None:
        for death in range(deaths):
            due = (death + rng.uniform(0.1, 0.9)) / deaths * photos_in_all
            while sum(len(sender.answered) for sender in senders) < due:
                for sender in senders:
                    sender.read()
                await asyncio.sleep(0.02)
            await asyncio.sleep(rng.uniform(0, 0.3))
            await bot.kill()

    task = asyncio.create_task(kill_all())
    yield
    await task
