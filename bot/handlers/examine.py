"""Fetch, examine and answer one photo."""

import logging

from telegram import Document, PhotoSize, Update, User
from telegram.constants import ChatType

from bot import metrics
from bot.examiner import PhotoResult
from bot.handlers.fetch import fetch
from bot.handlers.looking import looking
from bot.handlers.opinion_steps import may_ask_doctor
from bot.handlers.photo_request import PhotoRequest
from bot.handlers.services import Services
from bot.replies import apology, photo_reply, refusal
from bot.sending.chat_action import ShownAction
from bot.sending.messages import reply, reply_with_picture
from bot.store import ShownFinding
from classifiers.errors import Fault, Refusal

log = logging.getLogger(__name__)


async def examine_photo(
    services: Services, update: Update, user: User, request: PhotoRequest, disease: str
) -> ShownFinding | None:
    """Examine a photo for this disease, and reply with the result, a refusal or an apology; return what was shown where."""
    message, texts = request.answers, services.texts_for(user)
    try:
        with looking(services, update, message) as action:
            result = await _examined_once(services, update, user, request.file, disease)
            return await _send_result(services, request, user, result, action)
    except Refusal as error:
        metrics.refusals.labels(error.code).inc()
        await reply(message, refusal(error.code, error.facts, texts))
    except Fault as error:
        services.examiner.leave_to_others(error)
        log.error("update %d: %s", update.update_id, error)
        await reply(message, apology(error.code, texts))
    return None


async def _examined_once(
    services: Services, update: Update, user: User, file: PhotoSize | Document, disease: str
) -> PhotoResult:
    """Return the result of the photo, which is kept until it is delivered: another attempt only sends it."""
    delivery = services.updates.delivery(update)
    if delivery.result is None:
        services.examiner.check_room(disease)
        photo = await fetch(services, file)
        source, person = services.store.source(update.update_id), services.person(user)
        delivery.result = await services.examiner.examine_photo(photo, disease=disease, person=person, source=source)
    found: PhotoResult = delivery.result
    return found


async def _send_result(
    services: Services, request: PhotoRequest, user: User, result: PhotoResult, action: ShownAction
) -> ShownFinding:
    action.upload_photo()
    plugins = services.examiner.registry.photo_plugins.values()
    others = [plugin.card for plugin in plugins if plugin.card.id != result.card.id]
    answer = photo_reply(
        result.finding,
        result.card,
        result.entry,
        services.texts_for(user),
        features=result.features,
        others=others,
        may_ask=may_ask_doctor(services, request.answers),
        can_follow=request.answers.chat.type == ChatType.PRIVATE,
    )
    number = await reply_with_picture(
        request.answers, result.picture, answer.caption, buttons=answer.buttons, spoiler=request.is_spoiler
    )
    return ShownFinding(entry=result.entry, chat=request.answers.chat_id, message=number)
