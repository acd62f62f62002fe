"""A followed spot is measured by something of known size in its photo; the size alone is kept, and its growth is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from telegram import CallbackQuery

from bot.handlers.photos.fetch import fetch
from bot.handlers.services import Services
from bot.handlers.spots.compare import compared_with
from bot.handlers.spots.subject import Subject
from bot.replies import apology, refusal
from bot.replies.change import change_in_words, grown_in_words, millimetres
from bot.sending.messages import edit_tapped, reply, reply_with_picture
from bot.store import SpotPhoto
from classifiers.card import PhotoCard
from classifiers.errors import Fault, Refusal
from classifiers.following.size import Scale, Size, size_of, size_of_plus_minus
from classifiers.outline import mask_over
from classifiers.plugin import Examination

_OUTLINE_DOUBT = 0.05  # of a diameter by the outline alone, where no card says how far it may be off
FindScale = Callable[[Image.Image, np.ndarray], Scale | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """What a spot is measured by: how its scale is found in a photo with the lesion in it, and the keys of what is said."""

    scale: FindScale
    measured: str
    none: str


async def measure(services: Services, query: CallbackQuery, subject: Subject, entry: int, ruler: Ruler) -> None:
    """Say and keep how large the spot is, or say that nothing in the photo tells; with its growth where it was measured before."""
    texts, person = services.texts_for(query.from_user), services.person(query.from_user)
    try:
        photo = await fetch(services, subject.request.file)
        card, examination = await services.examiner.look_again(photo, disease=subject.entry.disease)
    except Refusal as error:  # it is not known whether there is a coin: the photo is not to be had
        await edit_tapped(query, refusal(error.code, error.facts, texts))
        return
    except Fault as error:
        services.examiner.leave_to_others(error)
        await edit_tapped(query, apology(error.code, texts))
        return
    size = await services.examiner.workers.run(_size_in, card, examination, ruler.scale)
    if size is None:
        await edit_tapped(query, texts.html(ruler.none))
        return
    spot = await services.store.spots.with_entry(person, entry)
    before = await services.store.spots.one(spot, person) if spot is not None else None
    await services.store.spots.measure(person, entry, size=size.diameter, uncertainty=size.plus_minus)
    said = texts.html(
        ruler.measured, size=millimetres(size.diameter, texts), uncertainty=millimetres(size.plus_minus, texts)
    )
    await edit_tapped(query, said)
    if before is not None and (pair := _pair(before.photos, entry, size)):
        await _tell_growth(services, query, subject, before.disease, pair, examination)


async def _tell_growth(
    services: Services,
    query: CallbackQuery,
    subject: Subject,
    disease: str,
    pair: tuple[SpotPhoto, SpotPhoto],
    examination: Examination,
) -> None:
    """Say by how much the spot grew between two measured photos, and show them at one scale where both are to be had."""
    texts, (before, after) = services.texts_for(query.from_user), pair
    found = await compared_with(services, query.get_bot(), before, (after, examination), disease=disease)
    if found is None:
        await reply(subject.message, grown_in_words(_size_of(before), _size_of(after), texts))
    else:
        await reply_with_picture(subject.message, found.picture, change_in_words(found.change, texts))


def _size_in(card: PhotoCard, examination: Examination, find: FindScale) -> Size | None:
    """Return the size of the outlined lesion; None where there is none, or nothing of known size."""
    photo = examination.photo.image
    lesion = mask_over(card, examination, photo.size)
    scale = None if lesion is None else find(photo, lesion)
    if lesion is None or scale is None:
        return None
    doubt = card.following.outline_doubt if card.following else _OUTLINE_DOUBT
    return size_of(lesion, scale, outline_doubt=doubt)


def _pair(photos: Sequence[SpotPhoto], entry: int, size: Size) -> tuple[SpotPhoto, SpotPhoto] | None:
    """Return the newest measured photo before this entry's, and this entry's with its size; `photos` stand newest first.

    None where there is none before, or this one was of the same size already: what a tap says is not said twice.
    """
    now = next((one for one in photos if one.entry == entry), None)
    if now is None or now.size == size.diameter:
        return None
    older = [one for one in photos if one.taken <= now.taken and one.entry != entry and one.size and one.uncertainty]
    return (older[0], replace(now, size=size.diameter, uncertainty=size.plus_minus)) if older else None


def _size_of(photo: SpotPhoto) -> Size:
    return size_of_plus_minus(photo.size or 0.0, photo.uncertainty or 0.0)
