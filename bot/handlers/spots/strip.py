"""A followed spot's photos in one picture, fetched from Telegram for the moment, with what can be done with the spot."""

from telegram import Bot, CallbackQuery, User

from bot.handlers.services import Services
from bot.handlers.spots.tiles import tiles_of
from bot.replies.spots import PhotoLine, strip_caption, strip_rows
from bot.replies.strip import TILES, Tile, strip
from bot.replies.titles import title
from bot.sending.messages import edit_tapped_picture, send, send_picture
from bot.store import ListedSpot, SpotPhoto
from bot.texts import Texts
from classifiers.card import Card


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
    tiles = await tiles_of(services, bot, shown)
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
