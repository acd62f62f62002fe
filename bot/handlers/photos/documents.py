"""What cannot be a photo, files of other kinds above all: it is answered with what to send instead."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.handlers.filters import NEW, PRIVATE, MayBeForTheBot, ShowsPhoto
from bot.handlers.in_group import asking_for_photo
from bot.handlers.photos.albums import is_for_the_bot
from bot.handlers.photos.answer_photo import answer_photo
from bot.handlers.photos.gather import is_among_photos
from bot.handlers.photos.message_kind import kind_of
from bot.handlers.photos.misnamed_photo import misnamed_photo
from bot.handlers.services import Context, Handler, Services
from bot.replies import refusal
from bot.sending.messages import reply


def handlers(services: Services) -> list[Handler]:
    """Return the handler of everything that is neither text nor, by its name and type, a photo."""

    async def something_else(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or not await is_for_the_bot(services, message, user):
            return
        request = await misnamed_photo(services, message)
        if request or await is_among_photos(services, update, message):
            await answer_photo(services, update, request)
        else:
            texts = services.texts_for(user)
            await reply(message, asking_for_photo(refusal(kind_of(message), {}, texts), message, texts))

    # In groups the bot refuses only a file that mentions it; other messages there are not meant for it.
    named = filters.Document.ALL & NEW & MayBeForTheBot()
    rest = PRIVATE & ~filters.TEXT & ~ShowsPhoto() & ~filters.StatusUpdate.ALL
    return [MessageHandler(named | rest, something_else)]
