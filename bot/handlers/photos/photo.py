"""Photos, new and edited; of a live photo its still."""

from telegram import Update
from telegram.ext import MessageHandler

from bot.handlers.filters import NEW_OR_EDITED, MayBeForTheBot, ShowsPhoto
from bot.handlers.photos.albums import is_for_the_bot
from bot.handlers.photos.answer_photo import answer_photo
from bot.handlers.photos.photo_request import request_of
from bot.handlers.services import Context, Handler, Services


def handlers(services: Services) -> list[Handler]:
    """Return the handler of photos, new and edited, also of those that are sent as files."""

    async def photo(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if not message or not user or not await is_for_the_bot(services, message, user):
            return
        if request := request_of(services, message):
            await answer_photo(services, update, request)

    return [MessageHandler(ShowsPhoto() & NEW_OR_EDITED & MayBeForTheBot(), photo)]
