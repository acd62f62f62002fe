"""Photos, new and edited."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.handlers.answer_photo import answer_photo, file_of
from bot.handlers.filters import NEW_OR_EDITED, ForTheBot
from bot.handlers.services import Context, Handler, Services


def handlers(services: Services) -> list[Handler]:
    """Return the handler of photos, new and edited."""

    async def photo(update: Update, _: Context) -> None:
        if update.effective_message and (file := file_of(services, update.effective_message)):
            await answer_photo(services, update, file)

    return [MessageHandler(filters.PHOTO & NEW_OR_EDITED & ForTheBot(), photo)]
