"""A followed spot's photos in one picture, fetched from Telegram for the moment, with what can be done with the spot."""

import asyncio
import logging
import math
from collections.abc import Sequence

from PIL import Image
from telegram import Bot, CallbackQuery, User

from bot.handlers.fetch import fetch_by_id
from bot.handlers.services import Services
from bot.replies.spots import PhotoLine, strip_caption, strip_rows
from bot.replies.strip import SIDE, TILES, Tile, strip, tile_of
from bot.replies.titles import title
from bot.sending.messages import edit_tapped_picture, send, send_picture
from bot.store import ListedSpot, SpotPhoto
from bot.texts import Texts
from classifiers.card import Card
from classifiers.errors import PhotoOutOfReach, Refusal

log = logging.getLogger(__name__)

_AT_ONCE = 3  # photos that one strip fetches and opens at a time
_MOST_ZOOM = 4.0  # closer than that a photo shows its pixels


async def show_strip(
    services: Services, bot: Bot, user: User, spot: int, *, page: int = 0, instead_of: CallbackQuery | None = None
) -> None:
    """Send a page of a spot's photos to its person, or put it in the place of the page that was tapped; or say that it is gone."""
    texts = services.texts_for(user)
    found = await services.store.spots.one(spot, services.person(user))
    if found is None:
        await send(bot, user.id, texts.html("spots.gone"))
        return
    page = min(page, (len(found.photos) - 1) // TILES)
    shown = found.photos[page * TILES : (page + 1) * TILES]
    tiles = await _tiles(services, bot, shown)
    picture = await services.examiner.workers.run(strip, tiles)
    card = card_of(services, found.disease)
    lines = [_line(card, photo, tile, texts) for photo, tile in zip(shown, tiles, strict=True)]
    caption = strip_caption(found.place, texts.localised(card.title) if card else found.disease, lines, texts)
    has_older = (page + 1) * TILES < len(found.photos)
    buttons = strip_rows(spot, user.id, page, has_older=has_older, texts=texts)
    if instead_of is None:
        await send_picture(bot, user.id, picture, caption, buttons=buttons)
    else:
        await edit_tapped_picture(instead_of, picture, caption, buttons=buttons)


def card_of(services: Services, disease: str) -> Card | None:
    """Return the card of a spot's disease, None where it is not on offer any more."""
    return next((entry.card for entry in services.examiner.registry.entries if entry.id == disease), None)


def finding_in_words(card: Card | None, found: SpotPhoto | ListedSpot, texts: Texts) -> str:
    """Return what a photo was found to be, in a few words."""
    if found.outcome != "sure":
        return texts.plain("spots.unclear")
    known = card is not None and found.label in card.codes
    return title(card.label(found.label), texts) if card and known else found.label


def _line(card: Card | None, photo: SpotPhoto, tile: Tile, texts: Texts) -> PhotoLine:
    known = photo.size is not None and photo.uncertainty is not None
    return PhotoLine(
        date=photo.taken,
        finding=finding_in_words(card, photo, texts),
        size=(photo.size or 0.0, photo.uncertainty or 0.0) if known else None,
        is_gone=tile.photo is None,
    )


async def _tiles(services: Services, bot: Bot, photos: Sequence[SpotPhoto]) -> list[Tile]:
    room = asyncio.Semaphore(_AT_ONCE)
    closest = min(filter(None, map(_field, photos)), default=None)

    async def tile(photo: SpotPhoto) -> Tile:
        field = _field(photo)
        zoom = min(_MOST_ZOOM, field / closest) if field and closest else 1.0
        async with room:
            return Tile(date=f"{photo.taken:%Y-%m-%d}", photo=await _small(services, bot, photo, zoom))

    return list(await asyncio.gather(*map(tile, photos)))


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
    """Return about how many millimetres a photo is across, from the lesion's size and its share of the photo."""
    share = (photo.features or {}).get("share")
    return photo.size * math.sqrt(math.pi / 4 / share) if photo.size and share else None
