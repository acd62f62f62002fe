"""Several photos of the same: looked at each, and answered once, by what they say together."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Message, Update, User

from bot import metrics
from bot.examiner import JointResult, PhotoResult
from bot.handlers.in_group import asking_for_photo
from bot.handlers.photos.examine import Answer, examined_once, send_result
from bot.handlers.photos.gather import Sent
from bot.handlers.photos.looking import looking
from bot.handlers.photos.photo_request import PhotoRequest
from bot.handlers.photos.recall import recall
from bot.handlers.services import Services
from bot.replies import LookedAt, apology, refusal, why_unused
from bot.sending.messages import reply, topic_of
from bot.store.together import EarlierPhotos
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.errors import CodedError, Fault, Refusal
from classifiers.finding import OUTCOMES, is_judged

log = logging.getLogger(__name__)

_AT_ONCE = 2  # photos of one person: threads are left for the others
Looked = PhotoResult | CodedError | str  # what came of a message: a code where it was not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """What is answered together: the messages, and photos of the same that were answered before."""

    sent: tuple[Sent, ...]
    earlier: EarlierPhotos | None
    of_spot: bool

    @property
    def before(self) -> int:
        """How many were answered before, which have the first numbers."""
        return len(self.earlier.entries) if self.earlier else 0


async def photos_together(
    services: Services, sent: tuple[Sent, ...], user: User, disease: str, *, of_spot: bool
) -> Photos | None:
    """Return what is to be answered together; None where a photo is answered by itself.

    A photo of a spot that is followed, `of_spot`, is judged without those of another day: it may have changed.
    """
    plugin = services.examiner.registry.photo_plugins.get(disease)
    if plugin is None or plugin.card.several_photos is None:
        return None
    earlier = await _earlier(services, sent, user, plugin.card, of_spot=of_spot)
    return Photos(sent=sent, earlier=earlier, of_spot=of_spot) if len(sent) > 1 or earlier else None


async def answer_together(
    services: Services, update: Update, user: User, photos: Photos, disease: str, *, most: int
) -> Answer | None:
    """Look at the photos, at `most` so many, and answer them once; return that, None where none of them can be opened."""
    first = photos.sent[0].message
    with looking(services, update, first, photos=len(photos.sent)) as action:
        looked = await _look_at_all(services, update, user, photos.sent, disease, most=most)
        results = [one for one in looked if isinstance(one, PhotoResult)]
        if not results:
            error = next(one for one in looked if isinstance(one, CodedError))
            await reply(first, _nothing_seen(error, first, services.texts_for(user)))
            return None
        joint = await _concluded(services, user, photos, looked)
        request = _request(photos.sent, looked, results[joint.shown])
        words = _in_numbers(photos, looked, joint)
        return await send_result(services, request, user, joint.result, action, looked=words, of_spot=photos.of_spot)


def _nothing_seen(error: CodedError, first: Message, texts: Texts) -> Html:
    if isinstance(error, Refusal):
        return asking_for_photo(refusal(error.code, error.facts, texts), first, texts)
    return apology(error.code, texts)


async def _look_at_all(
    services: Services, update: Update, user: User, sent: Sequence[Sent], disease: str, *, most: int
) -> list[Looked]:
    """Return what came of each message, two at a time; where one cannot be fetched now, all of them are tried again later."""
    room, slots = iter(range(most)), asyncio.Semaphore(_AT_ONCE)
    is_within = {one.update.update_id: one.request is not None and next(room, None) is not None for one in sent}

    async def look_at(one: Sent) -> Looked:
        if one.request is None:
            return "no_photo"
        if not is_within[one.update.update_id]:
            return "limit"
        async with slots:
            return await _looked_at(services, update, user, one, one.request, disease)

    tasks = [asyncio.create_task(look_at(one)) for one in sent]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


async def _looked_at(
    services: Services, update: Update, user: User, one: Sent, request: PhotoRequest, disease: str
) -> Looked:
    try:
        return await examined_once(services, update, user, request.file, disease, number=one.update.update_id)
    except Refusal as error:
        metrics.refusals.labels(error.code).inc()
        return error
    except Fault as error:
        services.examiner.leave_to_others(error)
        log.error("update %d: %s", one.update.update_id, error)
        return error


async def _concluded(services: Services, user: User, photos: Photos, looked: Sequence[Looked]) -> JointResult:
    first = min(one.update.update_id for one in photos.sent)
    results = [(one, found) for one, found in zip(photos.sent, looked, strict=True) if isinstance(found, PhotoResult)]
    return await services.examiner.conclude_together(
        [found for _, found in results],
        earlier=photos.earlier,
        recalled=[recall(one, results[0][1].card) for one in (photos.earlier.entries if photos.earlier else ())],
        person=services.person(user),
        source=f"{services.store.source(first)}+",
        content={
            "disease": results[0][1].card.id,
            "photos": [
                _where(services, at, one)
                for at, one in enumerate(photos.sent, start=1 + photos.before)
                if one in [of for of, _ in results]
            ],
        },
    )


def _where(services: Services, number: int, one: Sent) -> dict[str, object]:
    """Return where a photo is, so that it can be looked at by itself."""
    request = one.request
    return {
        "number": number,
        "file": request.file.file_id if request else "",
        "mark": request.mark if request else "",
        "message": one.message.message_id,
        "topic": topic_of(one.message),
        "spoiler": bool(request and request.is_spoiler),
        "source": services.store.source(one.update.update_id),
    }


def _request(sent: Sequence[Sent], looked: Sequence[Looked], shown: PhotoResult) -> PhotoRequest:
    """Return the request whose photo is shown: the answer replies to it, and buttons below refer to it."""
    return next(one.request for one, found in zip(sent, looked, strict=True) if found is shown and one.request)


def _in_numbers(photos: Photos, looked: Sequence[Looked], joint: JointResult) -> LookedAt:
    """Return what is said of the photos, each known by its number."""
    places = [at for at, one in enumerate(looked) if isinstance(one, PhotoResult)]
    used, before = {places[at] for at in joint.used}, photos.before
    unused = [(before + at + 1, _why(one)) for at, one in enumerate(looked) if at not in used]
    return LookedAt(
        photos=before + len(looked),
        used=before + len(used),
        outlined=before + places[joint.shown] + 1 if len(looked) > 1 and joint.result.finding.is_judged else None,
        unused=unused,
        is_joint=before + len(places) > 1,
    )


def _why(one: Looked) -> str:
    if isinstance(one, PhotoResult):
        return why_unused(one.finding)
    if isinstance(one, str):
        return one
    return "refused" if isinstance(one, Refusal) else "fault"


async def _earlier(
    services: Services, sent: Sequence[Sent], user: User, card: PhotoCard, *, of_spot: bool
) -> EarlierPhotos | None:
    """Return the judged photos of the answer before, if it is this person's and this model's."""
    person = services.person(user)
    entry = await _answer_before(services, sent, person, of_spot=of_spot)
    before = None if entry is None else await services.store.together.photos_of(entry, person)
    judged = [outcome for outcome in OUTCOMES if is_judged(outcome)]
    fit = [
        one
        for one in (before.entries if before else ())
        if one.disease == card.id and one.model == card.model.version and one.outcome in judged
    ]
    return replace(before, entries=tuple(fit)) if before and fit else None


async def _answer_before(services: Services, sent: Sequence[Sent], person: str, *, of_spot: bool) -> int | None:
    """Return the entry of the answer that these messages reply to, or that their album got before they came.

    They may reply to something else; in a topic each message does, to the one that began it.
    """
    answer = next((one.message.reply_to_message for one in sent if one.message.reply_to_message), None)
    if answer is not None and not of_spot:
        entry = await services.store.shown_findings.entry_of(answer.chat_id, answer.message_id, person)
        if entry is not None:
            return entry
    album = next((one.message.media_group_id for one in sent if one.update.message), None)
    return await services.store.photos.answer_to(album, person) if album else None
