"""Messages to the bot in the name of a group or a channel: nobody can agree for whoever wrote them, and they are told so."""

from telegram import Update
from telegram.ext import MessageHandler

from bot.handlers.filters import COMMAND_IN_NO_NAME, IN_NO_NAME, AsksAboutPhoto, IsForTheBot, ShowsPhoto
from bot.handlers.photos.disease import photo_diseases
from bot.handlers.services import Context, Handler, Services
from bot.sending.messages import reply


def handlers(services: Services) -> list[Handler]:
    """Return the handler of what would have been answered, had a person sent it under their own name."""

    async def asked(update: Update, _: Context) -> None:
        if message := update.effective_message:
            await reply(message, services.texts_for(update.effective_user).html("hint.anonymous"))

    asks = AsksAboutPhoto(lambda: photo_diseases(services.examiner.registry))
    return [MessageHandler(COMMAND_IN_NO_NAME | (IN_NO_NAME & (asks | (ShowsPhoto() & IsForTheBot()))), asked)]
