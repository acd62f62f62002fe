"""The photo that a button is about: the one its message replies to, with the finding in the journal."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message
from telegram.constants import ChatType

from bot.handlers.photos.fetch import fetch
from bot.handlers.photos.misnamed_photo import photo_of
from bot.handlers.photos.photo_request import PhotoRequest
from bot.handlers.services import Services
from bot.replies.spot_taps import CoinTap, FieldTap, FollowTap, PlaceTap, SameSpotTap
from bot.replies.tap import OfPhoto
from bot.sending.messages import toast
from bot.store import JournalEntry, SpotPhoto
from classifiers.card import PhotoCard
from classifiers.errors import Fault, Refusal
from classifiers.outline import middle_of
from classifiers.plugin import Examination
from classifiers.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person's own photo in their private chat, and what was found."""

    message: Message
    request: PhotoRequest
    entry: JournalEntry
    of: OfPhoto  # what further buttons name


async def subject_of(
    services: Services, query: CallbackQuery, tap: FollowTap | PlaceTap | CoinTap | FieldTap | SameSpotTap
) -> Subject | None:
    """Return what a tap is about; where that is gone, replaced or another person's, say so and return None."""
    user, texts = query.from_user, services.texts_for(query.from_user)
    photo = query.message.reply_to_message if isinstance(query.message, Message) else None
    request = await photo_of(services, photo) if photo else None
    if photo is None or request is None or photo.from_user is None:
        await toast(query, texts.plain("choose.photo_gone"))
    elif photo.from_user.id != user.id or photo.chat.type != ChatType.PRIVATE:
        await toast(query, texts.plain("not_yours"))
    elif request.is_in_place_of(tap.photo):
        await toast(query, texts.plain("choose.photo_replaced"))
    elif (found := await services.store.journal.of_person(tap.entry, services.person(user))) is None:
        await toast(query, texts.plain("feedback.gone"))
    else:
        return Subject(message=photo, request=request, entry=found, of=OfPhoto(tap.entry, request.mark))
    return None


async def measured(services: Services, subject: Subject) -> SpotPhoto:
    """Return what is kept of the photo, its outline measured anew; without measures where it cannot be looked at any more."""
    photo, _ = await measured_again(services, subject)
    return photo


async def measured_again(services: Services, subject: Subject) -> tuple[SpotPhoto, Examination | None]:
    """Return what is kept of the photo, and what it was seen to be now; None where it cannot be looked at any more."""
    try:
        photo = await fetch(services, subject.request.file)
        card, examination = await services.examiner.look_again(photo, disease=subject.entry.disease)
    except (Refusal, Fault):
        return kept_of(subject.request, subject.message.date, subject.entry.id, subject.entry, None), None
    measures = measures_of(card, examination)
    return kept_of(subject.request, subject.message.date, subject.entry.id, subject.entry, measures), examination


def measures_of(card: PhotoCard, examination: Examination) -> dict[str, Any] | None:
    """Return the outlined lesion's measures as JSON: its features, and where in the photo its middle is."""
    if examination.features is None:
        return None
    middle = middle_of(card, examination)
    return {**asdict(examination.features), "middle": None if middle is None else list(middle)}


def kept_of(
    request: PhotoRequest,
    taken: datetime,
    entry: int | None,
    finding: Finding | JournalEntry,
    measures: dict[str, Any] | None,
) -> SpotPhoto:
    """Return what is kept of one photo of a followed spot."""
    return SpotPhoto(
        taken=taken,
        file=request.file.file_id,
        identity=request.identity,
        entry=entry,
        model=finding.model,
        outcome=finding.outcome,
        label=finding.label,
        care=finding.care or "",
        alarm=finding.alarm,
        probabilities=finding.probabilities,
        features=measures,
        answers=finding.symptoms if isinstance(finding, JournalEntry) else None,
    )
