"""One photo, whatever it came as: consent, download, consultation, reply."""

import logging
import math

from telegram import Document, Message, PhotoSize, Update, User
from telegram.error import BadRequest

from bot.examiner import PhotoResult
from bot.handlers.choose_disease import ask, hint
from bot.handlers.consent import has_consented, hold
from bot.handlers.disease import which_disease
from bot.handlers.form import go_on
from bot.handlers.services import Services
from bot.replies import apology, refusal, reply
from bot.sending.chat_action import working
from bot.sending.messages import say, show
from bot.sending.retry import download
from classifiers.card.schema import Card
from classifiers.errors import Fault, FileTooLarge, Refusal

log = logging.getLogger(__name__)

MOST_MEGABYTES = 20  # that Telegram lets a bot fetch


async def answer(services: Services, update: Update, file: PhotoSize | Document) -> None:
    """Look at a photo and reply; keep it and ask where its person has not consented, or has to say what it is of."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    if not await has_consented(services, user):
        await hold(services, update, message, user)
        return
    try:
        disease = await which_disease(services, message.caption, user)
    except Fault as error:
        await _apologise(services, update, message, user, error)
        return
    if disease is None:
        await ask(services, update, message, user)
        return
    await look(services, update, message, user, file, disease)
    if known := hint(services, message.caption, services.words(user)):
        await say(message, known)
    await go_on(services, message, user)


async def look(
    services: Services, update: Update, message: Message, user: User, file: PhotoSize | Document, disease: str
) -> None:
    """Look at the photo of this message as one of this disease, and reply to it."""
    words = services.words(user)
    try:
        async with working(message) as sign:
            result = await _look(services, user, file, disease)
            sign.sending()
            others = [card for card in _photo_cards(services) if card.id != disease]
            said = reply(result.finding, result.card, result.entry, words, features=result.features, others=others)
            await show(message, result.picture, said.caption, buttons=said.buttons)
    except Refusal as error:
        await say(message, refusal(error.code, error.facts, words))
    except Fault as error:
        await _apologise(services, update, message, user, error)


async def _look(services: Services, user: User, file: PhotoSize | Document, disease: str) -> PhotoResult:
    services.examiner.registry.plugin(disease)  # one that cannot be offered is known before anything is fetched
    photo = await _fetch(file)
    return await services.examiner.look_at(photo, disease=disease, person=services.person(user))


async def _apologise(services: Services, update: Update, message: Message, user: User, error: Fault) -> None:
    log.error("update %d: %s", update.update_id, error)
    await say(message, apology(error.code, services.words(user)))


def _photo_cards(services: Services) -> list[Card]:
    return [plugin.card for plugin in services.examiner.registry.photo_plugins.values()]


async def _fetch(file: PhotoSize | Document) -> bytes:
    size = (file.file_size or 0) / 2**20
    if size > MOST_MEGABYTES:
        raise FileTooLarge(megabytes=math.ceil(size), most=MOST_MEGABYTES)
    try:
        return await download(await file.get_file())
    except BadRequest as error:
        if "too big" in error.message.lower():  # its size was not told, or told wrongly
            raise FileTooLarge(megabytes=f"more than {MOST_MEGABYTES}", most=MOST_MEGABYTES) from error
        raise
