"""The bot is killed again and again while people send photos: none is lost, none set aside, few are answered twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.local import LocalServer
from chaos.crowd import Sender, all_answered, crowd, lost, out_of_order, photos, twice
from chaos.figures import Figure
from chaos.supervised import SupervisedBot

PEOPLE = range(2001, 2033)
MOST_OPEN = 8  # photos that a person has under way
TWICE_A_KILL = 0.2


async def kills(folder: Path, *, photos_in_all: int = 10_000, deaths: int = 100, seed: int = 1) -> list[Figure]:
    """Send photos and kill the bot at random moments, spread over all of them."""
    rng = random.Random(seed)  # noqa: S311 - for when to kill, no secret
    async with (
        LocalServer(folder=folder / "local") as server,
        SupervisedBot(folder / "bot", server.api, people=PEOPLE) as bot,
        crowd(server.url, PEOPLE) as senders,
    ):
        async with _killed_on_the_way(bot, senders, photos_in_all=photos_in_all, deaths=deaths, rng=rng):
            await asyncio.gather(*(_send_all(sender, photos_in_all // len(senders)) for sender in senders))
        await all_answered(senders)
        await asyncio.sleep(1)  # for answers that come a second time
        sent = sum(len(sender.sent) for sender in senders)
        missing, again, disordered = lost(senders), twice(senders), out_of_order(senders)
        aside = bot.states().get("set_aside", 0)
        what = f"{sent} photos, {bot.deaths} kills"
        rows = bot.entries()
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


async def _send_all(sender: Sender, count: int) -> None:
    for photo in photos(count):
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
