"""What a report says of a person's spots: read from the database, their last photos fetched from Telegram for the moment."""

import asyncio
import logging
from collections.abc import Sequence

from telegram import Bot, User

from bot.handlers.photos.fetch import fetch_by_id
from bot.handlers.services import Services
from bot.handlers.spots.strip import card_of, finding_in_words
from bot.replies.report.spot_sheet import PICTURES, ReportedPhoto, ReportedSpot
from bot.replies.spots import SpotLine
from bot.store import Spot, SpotPhoto
from classifiers.card import PhotoCard
from classifiers.errors import CodedError

log = logging.getLogger(__name__)

_LONGEST = 900  # pixels of a photo on the page: 300 for each inch of the largest
_AT_ONCE = 3  # photos that are fetched and opened at a time


async def spot_lines(services: Services, user: User) -> list[SpotLine]:
    """Return the person's spots as the list shows them, the one with the newest photo first."""
    texts = services.texts_for(user)
    return [
        SpotLine(
            spot=one.id,
            place=one.place,
            date=one.taken,
            finding=finding_in_words(card_of(services, one.disease), one, texts),
        )
        for one in await services.store.spots.listed(services.person(user))
    ]


async def reported_spots(services: Services, bot: Bot, user: User, spots: Sequence[int]) -> list[ReportedSpot]:
    """Return these spots, as far as they are the person's, with their last photos."""
    found = [await services.store.spots.one(spot, services.person(user)) for spot in spots]
    room = asyncio.Semaphore(_AT_ONCE)
    return list(await asyncio.gather(*(_reported(services, bot, spot, room) for spot in found if spot and spot.photos)))


async def _reported(services: Services, bot: Bot, spot: Spot, room: asyncio.Semaphore) -> ReportedSpot:
    async def picture(photo: SpotPhoto) -> bytes | None:
        async with room:
            return await _picture(services, bot, photo)

    pictures = await asyncio.gather(*map(picture, spot.photos[:PICTURES]))
    card = card_of(services, spot.disease)
    shown = [*pictures, *[None] * (len(spot.photos) - len(pictures))]
    return ReportedSpot(
        place=spot.place,
        disease=spot.disease,
        card=card if isinstance(card, PhotoCard) else None,
        since=spot.made,
        photos=[_photo(photo, jpeg) for photo, jpeg in zip(spot.photos, shown, strict=True)],
    )


async def _picture(services: Services, bot: Bot, photo: SpotPhoto) -> bytes | None:
    """Return a photo as it is printed, None where Telegram has it no more or it cannot be opened any more."""
    try:
        return await services.examiner.plain_copy(await fetch_by_id(services, bot, photo.file), longest=_LONGEST)
    except CodedError as error:
        log.info("a photo for a report is not to be had: %s", error.code)
        return None


def _photo(photo: SpotPhoto, jpeg: bytes | None) -> ReportedPhoto:
    known = photo.size is not None and photo.uncertainty is not None
    return ReportedPhoto(
        taken=photo.taken,
        jpeg=jpeg,
        model=photo.model,
        outcome=photo.outcome,
        label=photo.label,
        probabilities=photo.probabilities,
        care=photo.care,
        symptoms=photo.answers,
        size=(photo.size or 0.0, photo.uncertainty or 0.0) if known else None,
    )
