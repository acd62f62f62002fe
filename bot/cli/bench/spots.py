"""How long a person waits for the list of 200 spots with 10 photos each, and for the one answer to an album of ten photos."""

import asyncio
import statistics
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.cli.bench.caller import Caller
from bot.cli.bench.processes import bot, database, last_words, server
from bot.cli.bench.sample_photos import jpeg_photo
from bot.store import SpotPhoto, Store
from bot.store.spots import MOST_SPOTS

PHOTOS_EACH = 10
ALBUM = 10
_PERSON = 2001
_SIZE = (800, 600)
_TIMES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Medians in seconds, from sending to the answer: /spots, and an album of photos of one spot."""

    listed: float
    album: float


def followed(registry: Path, *, spots: int = MOST_SPOTS, times: int = _TIMES) -> Followed:
    """Measure with a bot whose database has that many spots. Raises RuntimeError with the bot's last words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_follow(database(folder), spots))
        with server(folder) as url, bot(folder, url, registry):
            try:
                return asyncio.run(_measure(url, times))
            except (TimeoutError, aiohttp.ClientError) as error:
                raise RuntimeError(f"the bot did not answer: {error!r}\n{last_words(folder)}") from error


async def _follow(url: str, spots: int) -> None:
    """Fill the database with spots of one person, each with as many photos."""
    async with Store.open(url) as store:
        person, now = store.person(_PERSON), datetime.now(UTC)
        for at in range(spots):
            first = _photo(now, f"{at}-0")
            spot = await store.spots.follow(
                first, person=person, chat=_PERSON, disease="skin", place="front.chest", now=now
            )
            for number in range(1, PHOTOS_EACH):
                later = replace(first, taken=now + timedelta(days=number), identity=f"{at}-{number}")
                await store.spots.add(later, spot=spot or 0, person=person)


def _photo(taken: datetime, identity: str) -> SpotPhoto:
    return SpotPhoto(
        taken=taken,
        file=f"file-{identity}",
        identity=identity,
        entry=None,
        model="bench",
        outcome="sure",
        label="nv",
        care="routine",
        alarm=False,
        probabilities={"nv": 0.9, "mel": 0.1},
        features=None,
        answers=None,
    )


async def _measure(url: str, times: int) -> Followed:
    photos = [jpeg_photo(*_SIZE, seed=seed) for seed in range(ALBUM)]
    async with Caller(url, _PERSON) as caller:
        await caller.agree()
        await caller.send_album(photos)  # the first prepares
        listed = [await caller.ask("/spots") for _ in range(times)]
        albums = [await caller.send_album(photos) for _ in range(times)]
    return Followed(listed=statistics.median(listed), album=statistics.median(albums))
