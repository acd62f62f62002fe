"""Files built to take a decoder down, eight at once: ten others are answered meanwhile, and memory comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import hostile_files

from bot.local import LocalServer
from chaos.crowd import Sender, all_answered, crowd, photos, share
from chaos.figures import Figure
from chaos.supervised import SupervisedBot

STRANGERS, OTHERS = range(6001, 6009), range(6101, 6111)
LONGEST = 5.0
MOST, AFTER = 700.0, 300.0  # MB of the bot at its peak, and once it is over


async def hostile(folder: Path, *, files: int | None = None, rounds: int = 3) -> list[Figure]:
    """Send each costly file as a document from eight people at once, while others send photos."""
    everything = hostile_files.write_all(folder / "files", broken_of_each=0, first=files)
    contents = [path.read_bytes() for path in everything]
    async with (
        LocalServer(folder=folder / "local") as server,
        SupervisedBot(folder / "bot", server.api, people=range(STRANGERS.start, OTHERS.stop)) as bot,
        crowd(server.url, STRANGERS) as strangers,
        crowd(server.url, OTHERS) as others,
    ):
        await asyncio.gather(*(sender.send(photos(1)) for sender in others))
        await all_answered(others)
        await _send(strangers, contents)
        for _ in range(rounds):
            await asyncio.gather(*(sender.send(photos(1)) for sender in others))
            await all_answered(others)
        unanswered = await _all_told(strangers, len(contents))
        await asyncio.sleep(2)
        waits = [wait for sender in others for wait in sender.waits[1:]]
        after, most, deaths = bot.memory(), bot.most_memory, bot.log().count("answering as") - 1
        aside = bot.states().get("set_aside", 0)
    worst, what = share(waits, 1.0), f"{len(contents)} hostile files from eight people at once"
    return [
        Figure(
            what=f"{what}: others wait at most", figure=f"{worst:.2f} s", wanted=f"≤ {LONGEST:.0f} s", met=worst <= 5
        ),
        Figure(
            what=f"{what}: the bot's memory at its peak, and after",
            figure=f"{most:.0f} MB, {after:.0f} MB",
            wanted=f"≤ {MOST:.0f} MB, ≤ {AFTER:.0f} MB",
            met=most <= MOST and after <= AFTER,
        ),
        Figure(
            what=f"{what}: not answered, set aside, deaths of the bot",
            figure=f"{unanswered}, {aside}, {deaths}",
            wanted="0, 0, 0",
            met=unanswered == aside == deaths == 0,
        ),
    ]


async def _send(strangers: list[Sender], contents: list[bytes]) -> None:
    async def send(at: int, content: bytes) -> None:
        await strangers[at % len(strangers)].client.upload("file", [content], name="photo", kind="document")

    await asyncio.gather(*(send(at, content) for at, content in enumerate(contents)))


async def _all_told(strangers: list[Sender], count: int) -> int:
    """Wait until each file was answered, by a picture or in words; return how many were not."""
    told = 0
    for _ in range(1200):
        told = sum(_replies(sender) for sender in strangers)
        if told >= count:
            return 0
        await asyncio.sleep(0.1)
    return count - told


def _replies(sender: Sender) -> int:
    messages = [event["message"] for event in sender.client.seen if event["kind"] == "message"]
    return len({message["reply_to"] for message in messages if message["from"] == "bot" and message["reply_to"]})
