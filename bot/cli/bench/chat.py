"""How many photos a second the whole bot answers: Bot API server, bot and people in processes of their own."""

import asyncio
import contextlib
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import aiohttp
import uvloop

from bot.cli.bench.caller import Caller
from bot.cli.bench.machine import cpu_seconds, resident
from bot.cli.bench.processes import bot, last_words, server
from bot.cli.bench.sample_photos import jpeg_photo
from bot.replies.annotated_photo import explain
from bot.workers import Workers
from classifiers.plugin import examine
from classifiers.registry import read_registry

PEOPLE = 16
PHOTOS_EACH = 19
STARTED = 10.0  # seconds after which a bot has its menus in all languages: the start's work, not a photo's
SIZE = (800, 600)  # the size the bot takes of a photo: scaling what phones send is Telegram's work, not the bot's


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What came of it: photos answered a second, seconds from sending to the answer, the bot's resident MB.

    `cpu` is the CPU time that the bot's process took for a photo, `alone` what opening, scoring and drawing the same photos
    takes in a process that does nothing else; both in ms.
    """

    cpu: float
    alone: float
    photos_per_second: float
    median: float
    slow: float  # 95 % were faster
    memory: float


def chat(registry: Path, *, people: int = PEOPLE, photos_each: int = PHOTOS_EACH, started: float = STARTED) -> Chat:
    """Let people send photos, each the next when the last is answered. Raises RuntimeError with the bot's last words."""
    photos = [jpeg_photo(*SIZE, seed=seed) for seed in range(8)]
    alone = _examined_alone(registry, photos, rounds=photos_each)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(folder) as url, bot(folder, url, registry) as process:
            try:
                found = uvloop.run(_measure(url, process, photos, people, photos_each, started, alone))
            except (TimeoutError, aiohttp.ClientError) as error:
                raise RuntimeError(f"the bot did not answer: {error!r}\n{last_words(folder)}") from error
    # Half before and half after: a machine that others have a share of is quicker in one second than in another.
    return replace(found, alone=(alone + _examined_alone(registry, photos, rounds=photos_each)) / 2)


async def _measure(
    url: str, process: int, photos: list[bytes], people: int, photos_each: int, started: float, alone: float
) -> Chat:
    async with contextlib.AsyncExitStack() as stack:
        callers = [await stack.enter_async_context(Caller(url, 2001 + at)) for at in range(people)]
        await asyncio.gather(*(caller.agree() for caller in callers))
        await asyncio.gather(*(caller.send(photos[0]) for caller in callers))  # the first prepares
        await asyncio.sleep(started)
        before = cpu_seconds(process)
        took, times = await answered_in(callers, photos, photos_each)
        cpu = cpu_seconds(process) - before
    slow = statistics.quantiles(times, n=20)[-1]
    rate = len(times) / took
    return Chat(
        cpu=1000 * cpu / len(times),
        alone=alone,
        photos_per_second=rate,
        median=statistics.median(times),
        slow=slow,
        memory=resident(process),
    )


async def answered_in(callers: list[Caller], photos: list[bytes], each: int) -> tuple[float, list[float]]:
    """Let each send so many photos, and return how many seconds all took, and each. Raises TimeoutError."""
    started = time.perf_counter()
    taken = await asyncio.gather(*(_send_many(caller, photos, each) for caller in callers))
    return time.perf_counter() - started, [seconds for one in taken for seconds in one]


def _examined_alone(registry: Path, photos: list[bytes], *, rounds: int) -> float:
    """Return the CPU ms that examining a photo and drawing its picture takes, on as many threads as the bot has."""
    plugin = next(iter(read_registry(registry).photo_plugins.values()))

    def look(photo: bytes) -> None:
        explain(plugin.card, examine(plugin, photo))

    with Workers() as workers:
        list(workers.each(look, photos))  # the first prepares
        before = time.process_time()
        done = len(list(workers.each(look, photos * rounds)))
        return 1000 * (time.process_time() - before) / done


async def _send_many(caller: Caller, photos: list[bytes], count: int) -> list[float]:
    return [await caller.send(photo) for photo in islice(cycle(photos), count)]
