"""Download, examine and answer one photo."""

import logging
import math

from telegram import Document, Message, PhotoSize, Update, User
from telegram.error import BadRequest

from bot.examiner import PhotoResult
from bot.handlers.services import Services
from bot.replies import apology, photo_reply, refusal
from bot.sending.chat_action import ShownAction, chat_action
from bot.sending.messages import reply, reply_with_picture
from bot.sending.retry import download
from classifiers.errors import Fault, FileTooLarge, Refusal

log = logging.getLogger(__name__)

MOST_MEGABYTES = 20  # that Telegram lets a bot download


async def examine_photo(
    services: Services, update: Update, message: Message, user: User, file: PhotoSize | Document, disease: str
) -> None:
    """Examine the photo of this message for this disease, and reply with the result, a refusal or an apology."""
    texts = services.texts_for(user)
    try:
        async with chat_action(message) as action:
            result = await _examined(services, user, file, disease)
            await _send_result(services, message, user, result, action)
    except Refusal as error:
        await reply(message, refusal(error.code, error.facts, texts))
    except Fault as error:
        log.error("update %d: %s", update.update_id, error)
        await reply(message, apology(error.code, texts))


async def _examined(services: Services, user: User, file: PhotoSize | Document, disease: str) -> PhotoResult:
    services.examiner.registry.photo_plugin(disease)  # raises Unavailable before anything is downloaded
    photo = await _download(file)
    return await services.examiner.examine_photo(photo, disease=disease, person=services.person(user))


async def _send_result(
    services: Services, message: Message, user: User, result: PhotoResult, action: ShownAction
) -> None:
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
    )
    await reply_with_picture(message, result.picture, answer.caption, buttons=answer.buttons)


async def _download(file: PhotoSize | Document) -> bytes:
    """Return the bytes of a file. Raises FileTooLarge, TelegramError."""
    size = (file.file_size or 0) / 2**20
    if size > MOST_MEGABYTES:
        raise FileTooLarge(megabytes=math.ceil(size), most=MOST_MEGABYTES)
    try:
        return await download(await file.get_file())
    except BadRequest as error:
        if "too big" in error.message.lower():  # its size was missing or wrong in the message
            raise FileTooLarge(megabytes=f"more than {MOST_MEGABYTES}", most=MOST_MEGABYTES) from error
        raise
