"""A new photo of a followed spot compared with the one before, which is fetched from Telegram for the moment."""

import logging
from dataclasses import dataclass

from telegram import Bot
from telegram.error import TelegramError

from bot.handlers.photos.fetch import fetch_by_id
from bot.handlers.services import Services
from bot.replies.side_by_side import registered
from bot.replies.strip import Tile, strip
from bot.store import SpotPhoto
from bot.workers import Busy
from classifiers.card import PhotoCard
from classifiers.errors import Fault, Refusal
from classifiers.following.change import Change, compare, view_of
from classifiers.following.size import Size, size_of_plus_minus
from classifiers.plugin import Examination

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What changed since the photo before, and both side by side (JPEG), the new one on the left, registered."""

    change: Change
    picture: bytes


Looked = tuple[SpotPhoto, Examination]


async def compared_with(
    services: Services, bot: Bot, before: SpotPhoto, after: Looked, *, disease: str
) -> Compared | None:
    """Return the comparison; None where the photo before is not to be had, or one of them shows no outlined spot."""
    try:
        photo = await fetch_by_id(services, bot, before.file)
        card, earlier = await services.examiner.look_again(photo, disease=disease)
    except (Refusal, Fault, TelegramError, Busy) as error:
        log.info("the last photo of a followed spot could not be looked at: %s", type(error).__name__)
        return None
    return await services.examiner.workers.run(_compared, card, (before, earlier), after)


def _compared(card: PhotoCard, before: Looked, after: Looked) -> Compared | None:
    earlier, later = ((examination, view_of(card, examination, _size(photo))) for photo, examination in (before, after))
    change = compare(card, earlier[1], later[1])
    squares = registered(card, earlier, later, change)
    if squares is None:
        return None
    dated = zip((after[0], before[0]), reversed(squares), strict=True)
    return Compared(
        change=change, picture=strip([Tile(date=f"{one.taken:%Y-%m-%d}", photo=square) for one, square in dated])
    )


def _size(photo: SpotPhoto) -> Size | None:
    if photo.size is None or photo.uncertainty is None:
        return None
    return size_of_plus_minus(photo.size, photo.uncertainty)
