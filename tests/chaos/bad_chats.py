"""Eight chats that Telegram keeps waiting: the others never notice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.local import LocalServer
from chaos.crowd import all_answered, crowd, photos, share
from chaos.figures import Figure
from chaos.supervised import SupervisedBot

BAD, OTHERS = range(4001, 4009), range(4101, 4111)
TROUBLES: dict[str, tuple[str, str, dict[str, object]]] = {
    "429 for 60 s": ("sendPhoto", "429", {"retry_after": 60}),
    "answers that time out": ("sendPhoto", "timeout", {}),
    "downloads of a byte a second": ("file", "slow", {}),
    "endless downloads": ("file", "endless", {}),
}
RATIO = 2.0  # of the others' 95th percentile to what it is without


async def bad_chats(folder: Path, *, photos_each: int = 20, troubles: int | None = None) -> list[Figure]:
    """Measure how long others wait, without bad chats and with eight of each kind."""
    without, _ = await _others_wait(folder / "without", photos_each, None)
    what = "others wait, 95th percentile"
    figures = [Figure(what=f"{what}, without bad chats", figure=f"{without:.2f} s", wanted="", met=True)]
    for number, (name, trouble) in enumerate(list(TROUBLES.items())[:troubles]):
        wait, memory = await _others_wait(folder / str(number), photos_each, trouble)
        figures.append(
            Figure(
                what=f"{what}, eight chats with {name}; the bot's most memory",
                figure=f"{wait:.2f} s, {wait / without:.1f}×; {memory:.0f} MB",
                wanted=f"≤ {RATIO:.0f}×, 700 MB",
                met=wait <= RATIO * without and memory <= 700,
            )
        )
    return figures


async def _others_wait(
    folder: Path, photos_each: int, trouble: tuple[str, str, dict[str, object]] | None
) -> tuple[float, float]:
    people = range(BAD.start, OTHERS.stop)
    async with (
        LocalServer(folder=folder / "local", inject_faults=True) as server,
        SupervisedBot(folder / "bot", server.api, people=people) as bot,
        crowd(server.url, BAD) as bad,
        crowd(server.url, OTHERS) as others,
    ):
        await asyncio.gather(*(sender.send(photos(1)) for sender in others))
        await all_answered(others)  # the first prepare
        if trouble:
            method, kind, more = trouble
            server.faults.add(method, kind, times=len(BAD), **more)
            await asyncio.gather(*(sender.send(photos(1)) for sender in bad))
            while server.faults.coming:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        waits = []
        for _ in range(photos_each):
            await asyncio.gather(*(sender.send(photos(1)) for sender in others))
            await all_answered(others)
        for sender in others:
            waits += sender.waits[1:]
        return share(waits, 0.95), bot.most_memory
