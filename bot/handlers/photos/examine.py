"""Fetch, examine and answer one photo."""

import logging
from dataclasses import dataclass, replace

from telegram import Document, Message, PhotoSize, Update, User
from telegram.constants import ChatType

from bot import metrics
from bot.examiner import PhotoResult
from bot.handlers.in_group import asking_for_photo
from bot.handlers.opinions.opinion_steps import may_ask_doctor
from bot.handlers.photos.fetch import fetch
from bot.handlers.photos.looking import looking
from bot.handlers.photos.photo_request import PhotoRequest, photo_source
from bot.handlers.services import Services
from bot.replies import LookedAt, Reply, apology, photo_reply, refusal
from bot.replies.length import CAPTION, read_units
from bot.replies.tap import OfPhoto
from bot.sending.chat_action import ShownAction
from bot.sending.messages import reply, reply_with_picture
from bot.store import ShownFinding
from classifiers.errors import Fault, Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that was given: to which photo, with which result, in which message."""

    request: PhotoRequest
    result: PhotoResult
    shown: ShownFinding


async def examine_photo(
    services: Services, update: Update, user: User, request: PhotoRequest, disease: str, *, of_spot: bool = False
) -> Answer | None:
    """Examine a photo for this disease, and reply with the result, or with a refusal or an apology, and then return None.

    One that is sent for a spot that is followed already, `of_spot`, offers to follow none.
    """
    message, texts = request.answers, services.texts_for(user)
    try:
        with looking(services, update, message) as action:
            result = await examined_once(services, update, user, request.file, disease, number=update.update_id)
            return await send_result(services, request, user, result, action, of_spot=of_spot)
    except Refusal as error:
        metrics.refusals.labels(error.code).inc()
        await reply(message, asking_for_photo(refusal(error.code, error.facts, texts), message, texts))
    except Fault as error:
        services.examiner.leave_to_others(error)
        log.error("update %d: %s", update.update_id, error)
        await reply(message, apology(error.code, texts))
    return None


async def examined_once(
    services: Services, update: Update, user: User, file: PhotoSize | Document, disease: str, *, number: int
) -> PhotoResult:
    """Return the result of the photo of update `number`, kept until the update in hand is answered.

    Another attempt only sends it. Raises Refusal, Fault, Busy, TelegramError, StoreError.
    """
    results = services.updates.delivery(update).results
    if number not in results:
        services.examiner.check_room(disease)
        photo = await fetch(services, file)
        source, person = services.store.source(number), services.person(user)
        results[number] = await services.examiner.examine_photo(photo, disease=disease, person=person, source=source)
    found: PhotoResult = results[number]
    return found


async def send_result(
    services: Services,
    request: PhotoRequest,
    user: User,
    result: PhotoResult,
    action: ShownAction,
    *,
    looked: LookedAt | None = None,
    of_spot: bool = False,
) -> Answer:
    """Reply with a result; `looked` says which photos it is about, where there are several, `of_spot` that a spot is followed."""
    action.upload_photo()
    answer = reply_of(services, user, result, request.answers, photo=request.mark, looked=looked, of_spot=of_spot)
    number = await reply_with_picture(
        request.answers, result.picture, answer.caption, buttons=answer.buttons, spoiler=request.is_spoiler
    )
    shown = ShownFinding(entry=result.entry, chat=request.answers.chat_id, message=number)
    return Answer(request=request, result=result, shown=shown)


def reply_of(
    services: Services,
    user: User,
    result: PhotoResult,
    message: Message,
    *,
    photo: str,
    looked: LookedAt | None = None,
    of_spot: bool = False,
) -> Reply:
    """Return a result in words and buttons, for the chat of a message; `photo` is the mark of its photo."""
    plugins = services.examiner.registry.photo_plugins.values()
    others = [plugin.card for plugin in plugins if plugin.card.id != result.card.id]
    answer = photo_reply(
        result.finding,
        result.card,
        OfPhoto(result.entry, photo),
        services.texts_for(user),
        features=result.features,
        others=others,
        is_found=photo_source(message) in (message, None),  # not where it asks about another person's photo
        may_ask=may_ask_doctor(services, message),
        looked=looked,
        said=result.symptoms,
        can_follow=message.chat.type == ChatType.PRIVATE and not of_spot,
    )
    asks = asking_for_photo(answer.caption, message, services.texts_for(user))
    return answer if result.finding.is_judged or read_units(asks) > CAPTION else replace(answer, caption=asks)
