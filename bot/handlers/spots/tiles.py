"""Photos of followed spots, fetched from Telegram for the moment and made small, a few at a time."""

import asyncio
import logging
import math
from collections.abc import Sequence

from PIL import Image
from telegram import Bot

from bot.handlers.photos.fetch import fetch_by_id
from bot.handlers.services import Services
from bot.replies.strip import SIDE, Tile, tile_of
from bot.store import SpotPhoto
from classifiers.errors import PhotoOutOfReach, Refusal

log = logging.getLogger(__name__)

_AT_ONCE = 3  # photos that one strip fetches and opens at a time
_MOST_ZOOM = 4.0  # closer than that a photo shows its pixels


async def tiles_of(services: Services, bot: Bot, photos: Sequence[SpotPhoto]) -> list[Tile]:
    """Return the photos, those of a known size at one scale. Raises Busy, TelegramError."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def tile(photo: SpotPhoto, zoom: float) -> Tile:
        async with room:
            return Tile(date=f"{photo.taken:%Y-%m-%d}", photo=await _small(services, bot, photo, zoom))

    return list(await asyncio.gather(*map(tile, photos, zooms(photos))))


def zooms(photos: Sequence[SpotPhoto]) -> list[float]:
    """Return how much closer to look at each photo, so that those of a known size are at the scale of the closest of them. Pure."""
    fields = [_field(photo) for photo in photos]
    closest = min(filter(None, fields), default=1.0)
    return [min(_MOST_ZOOM, field / closest) if field else 1.0 for field in fields]


async def _small(services: Services, bot: Bot, photo: SpotPhoto, zoom: float) -> Image.Image | None:
    """Return a photo's tile, None where Telegram has the photo no more or it cannot be opened any more."""
    middle = (photo.features or {}).get("middle") or (0.5, 0.5)
    try:
        content = await fetch_by_id(services, bot, photo.file)
        opened = await services.examiner.open(content, least=round(SIDE * zoom))
    except (Refusal, PhotoOutOfReach) as error:
        log.info("a photo of a followed spot is not to be had: %s", error.code)
        return None
    return await services.examiner.workers.run(tile_of, opened, zoom=zoom, middle=middle)


def _field(photo: SpotPhoto) -> float | None:
    """Return about how many millimetres a photo would be across if it were square: by the lesion's size and share of it."""
    share = (photo.features or {}).get("share")
    return photo.size * math.sqrt(math.pi / 4 / share) if photo.size and share else None
