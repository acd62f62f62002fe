"""One person sends more than a thousand photos at once: twenty others are answered as if they had not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.local import LocalServer
from chaos.crowd import all_answered, crowd, lost, photos, share
from chaos.figures import Figure
from chaos.supervised import SupervisedBot

ONE, OTHERS = range(5001, 5002), range(5101, 5121)
LONGEST = 5.0  # seconds that the others may wait


async def flood(folder: Path, *, photos_of_one: int = 1500, photos_each: int = 3) -> list[Figure]:
    """Measure how long the others wait while one chat has a thousand photos waiting."""
    async with (
        LocalServer(folder=folder / "local") as server,
        SupervisedBot(folder / "bot", server.api, people=range(ONE.start, OTHERS.stop)) as bot,
        crowd(server.url, ONE) as one,
        crowd(server.url, OTHERS) as others,
    ):
        await one[0].send(photos(photos_of_one))
        for _ in range(photos_each):
            await asyncio.gather(*(sender.send(photos(1)) for sender in others))
            await all_answered(others)
        left = one[0].open
        await all_answered(one)
        waits = [wait for sender in others for wait in sender.waits]
        told = sum("wait for their turn" in words for words in one[0].other_words)
        missing = lost([*one, *others])
        memory = bot.most_memory
    worst = share(waits, 0.95)
    what = f"one person sends {photos_of_one} photos"
    return [
        Figure(
            what=f"{what}: others wait, median and 95th percentile (left of the one's: {left})",
            figure=f"{share(waits, 0.5):.2f} s, {worst:.2f} s",
            wanted=f"≤ {LONGEST:.0f} s",
            met=worst <= LONGEST,
        ),
        Figure(what=f"{what}: lost", figure=str(missing), wanted="0", met=missing == 0),
        Figure(what=f"{what}: told that they wait", figure=f"{told} times", wanted="at most once", met=told <= 1),
        Figure(what=f"{what}: the bot's most memory", figure=f"{memory:.0f} MB", wanted="≤ 300 MB", met=memory <= 300),
    ]
