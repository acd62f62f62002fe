"""A new photo of a followed spot: which spot it is for, and whether it is added or its person asked first."""

import logging
from dataclasses import dataclass

from telegram import Message, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.handlers.photos.examine import Answer
from bot.handlers.photos.photo_request import mark_of
from bot.handlers.services import Services
from bot.handlers.spots.awaited import awaited_spot, photo_came, waits_in_vain
from bot.handlers.spots.compare import Compared, compared_with
from bot.handlers.spots.likeness import is_alike
from bot.handlers.spots.naming import spot_command, spot_in
from bot.handlers.spots.subject import kept_of, measures_of
from bot.handlers.spots.tiles import tiles_of
from bot.replies import Rows
from bot.replies.change import change_in_words
from bot.replies.length import joined
from bot.replies.places import place_name
from bot.replies.spot_taps import SameSpotTap, SpotTap, StripTap
from bot.replies.spots import added_rows, same_spot_rows
from bot.replies.strip import strip
from bot.replies.tap import OfPhoto
from bot.replies.taps import read_tap
from bot.sending.messages import reply, reply_with_picture, rows_below
from bot.store import Spot, SpotPhoto, Standing
from bot.store.spots import MOST_PHOTOS
from bot.texts import Html
from bot.workers import Busy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a new photo of a followed spot, below the photo's own answer."""

    text: Html
    buttons: Rows = ()
    side_by_side: tuple[SpotPhoto, ...] = ()  # the new photo and the one before, where both are shown as they are
    picture: bytes | None = None  # both, registered


async def spot_of(services: Services, update: Update, user: User, words: str | None, standing: Standing) -> Spot | None:
    """Return the person's spot that a photo is for: that its `words` name, it replies to, its album got, or that waits for it."""
    message = update.effective_message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    person = services.person(user)
    spot = spot_in(words) or await _replied_to(services, message, person) or await _of_album(services, update, person)
    if spot is None and update.edited_message is None:
        return await _awaited(services, user, standing, message)
    return None if spot is None else await services.store.spots.one(spot, person)


async def take_new_photo(services: Services, user: User, answer: Answer, spot: Spot) -> Told:
    """Add a photo that was answered to its spot, of several the one that the answer shows; where it is unlike the last one, ask."""
    request, result, texts = answer.request, answer.result, services.texts_for(user)
    named = _named(services, user, spot)
    if not result.finding.is_judged:
        return Told(text=texts.html("spots.not_added", **named))
    measures = measures_of(result.card, result.examination)
    photo = kept_of(request, request.answers.date, result.entry, result.finding, measures)
    looked = (photo, result.examination)
    found = await compared_with(services, request.answers.get_bot(), spot.photos[0], looked, disease=spot.disease)
    if is_alike(spot.photos[0], photo, found.change if found else None):
        told = await added(services, user, spot, photo, found)
    else:
        told = Told(
            text=texts.html("spots.same_ask", **named),
            buttons=same_spot_rows(spot.id, OfPhoto(result.entry, request.mark), texts),
            side_by_side=(photo, spot.photos[0]),
        )
    await photo_came(services, user)
    return told


async def added(services: Services, user: User, spot: Spot, photo: SpotPhoto, found: Compared | None) -> Told:
    """Add a photo to a spot, and return what is said of that, and of what changed since the one before."""
    texts = services.texts_for(user)
    if not await services.store.spots.add(photo, spot=spot.id, person=services.person(user)):
        return Told(text=texts.html("spots.full_photos", most=MOST_PHOTOS))
    of = None if photo.entry is None else OfPhoto(photo.entry, mark_of(photo.identity))
    named = texts.html("spots.added", **_named(services, user, spot))
    said = change_in_words(found.change, texts) if found else texts.html("change.not_compared")
    return Told(
        text=joined([named, said]),
        buttons=added_rows(spot.id, of, texts),
        side_by_side=(photo, *[one for one in spot.photos if one.identity != photo.identity][:1]),
        picture=found.picture if found else None,
    )


async def tell(services: Services, message: Message, told: Told) -> None:
    """Say what became of a new photo, with both photos side by side, or in words alone where they cannot be fetched now."""
    if told.picture is not None:
        await reply_with_picture(message, told.picture, told.text, buttons=told.buttons)
        return
    try:
        tiles = await tiles_of(services, message.get_bot(), told.side_by_side)
    except (TelegramError, Busy) as error:
        log.info("two photos of a followed spot could not be fetched: %s", type(error).__name__)
        tiles = []
    if tiles:
        picture = await services.examiner.workers.run(strip, tiles)
        await reply_with_picture(message, picture, told.text, buttons=told.buttons)
    else:
        await reply(message, told.text, buttons=told.buttons)


def _named(services: Services, user: User, spot: Spot) -> dict[str, str]:
    return {"command": spot_command(spot.id), "place": place_name(spot.place, services.texts_for(user))}


async def _awaited(services: Services, user: User, standing: Standing, message: Message) -> Spot | None:
    """Return the spot that waits for a photo; one that does so in vain waits no more."""
    spot = awaited_spot(standing.choices, sent=message.date)
    found = None if spot is None else await services.store.spots.one(spot, services.person(user))
    if waits_in_vain(standing.choices, sent=message.date, is_gone=spot is not None and found is None):
        await photo_came(services, user)
    return found


async def _replied_to(services: Services, message: Message, person: str) -> int | None:
    """Return the spot that the bot's message, which a photo replies to, is about, by its buttons."""
    taps = [read_tap(button.data) for row in rows_below(message.reply_to_message) for button in row]
    for tap in taps:
        if isinstance(tap, StripTap | SpotTap | SameSpotTap):
            return tap.spot
    entries = {entry for tap in taps if (entry := getattr(tap, "entry", None)) is not None}
    found = [await services.store.spots.with_entry(person, entry) for entry in sorted(entries)]
    return next(filter(None, found), None)


async def _of_album(services: Services, update: Update, person: str) -> int | None:
    """Return the spot that the photos of the same album were for that came before."""
    album = update.message.media_group_id if update.message else None
    entry = await services.store.photos.answer_to(album, person) if album else None
    return await services.store.spots.with_entry(person, entry) if entry is not None else None
