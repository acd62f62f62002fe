"""Telegram is in trouble for a while, as a whole or with one method: every photo is answered once it is over."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.local import LocalServer
from chaos.crowd import all_answered, crowd, lost, photos, twice
from chaos.figures import Figure
from chaos.supervised import SupervisedBot

PEOPLE = range(3001, 3009)
PAGE = "<html><h1>502 Bad Gateway</h1></html>"
TROUBLES: dict[str, tuple[tuple[str, str, dict[str, object]], ...]] = {
    "sendPhoto: 502": (("sendPhoto", "502", {}),),
    "sendPhoto: a page of HTML": (("sendPhoto", "502", {"body": PAGE}),),
    "sendPhoto: broken JSON": (("sendPhoto", "broken", {}),),
    "sendPhoto: dropped": (("sendPhoto", "drop", {}),),
    "sendPhoto: 429 for 5 s": (("sendPhoto", "429", {"retry_after": 5}),),
    "getFile: 500": (("getFile", "500", {}),),
    "downloads: 502": (("file", "502", {}),),
    "downloads: dropped": (("file", "drop", {}),),
    "all methods and downloads: dropped": (("*", "drop", {}), ("file", "drop", {}), ("getUpdates", "drop", {})),
}


async def outages(
    folder: Path, *, seconds: float = 90.0, photos_each: int = 8, troubles: int | None = None
) -> list[Figure]:
    """Let one thing after another be in trouble for some seconds, while people send photos."""
    figures = []
    for number, (name, faults) in enumerate(list(TROUBLES.items())[:troubles]):
        here = folder / str(number)
        async with (
            LocalServer(folder=here / "local", inject_faults=True) as server,
            SupervisedBot(here / "bot", server.api, people=PEOPLE) as bot,
            crowd(server.url, PEOPLE) as senders,
        ):
            for method, kind, more in faults:
                server.faults.add(method, kind, times=1_000_000, **more)
            await asyncio.gather(*(sender.send(photos(photos_each)) for sender in senders))
            await asyncio.sleep(seconds)
            server.faults.clear()
            await all_answered(senders, patience=120)
            missing, again = lost(senders), twice(senders)
            aside = bot.states().get("set_aside", 0)
        figures.append(
            Figure(
                what=f"{name}, for {seconds:.0f} s: lost, set aside, answered twice of {len(PEOPLE) * photos_each}",
                figure=f"{missing}, {aside}, {again}",
                wanted="0, 0, 0",
                met=missing == aside == again == 0,
            )
        )
    return figures
