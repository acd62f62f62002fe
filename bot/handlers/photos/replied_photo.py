"""A text that asks about a photo: a reply to it that mentions the bot, or is the command of a photo disease."""

from telegram import Update
from telegram.ext import MessageHandler

from bot.handlers.filters import NEW, AsksAboutPhoto
from bot.handlers.photos.answer_photo import answer_photo
from bot.handlers.photos.disease import photo_diseases
from bot.handlers.photos.photo_request import request_of
from bot.handlers.services import Context, Handler, Services


def handlers(services: Services) -> list[Handler]:
    """Return the handler of such replies."""

    async def asked(update: Update, _: Context) -> None:
        if update.effective_message and (request := request_of(services, update.effective_message)):
            await answer_photo(services, update, request)

    asks = AsksAboutPhoto(lambda: photo_diseases(services.examiner.registry))
    return [MessageHandler(NEW & asks, asked)]
