"""A word to every admin; who cannot be told is logged."""

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.handlers.errors import described
from bot.handlers.people.language_choice import chosen_language
from bot.handlers.services import Services
from bot.sending.messages import send

log = logging.getLogger(__name__)


async def tell_admins(services: Services, bot: Bot, key: str, **facts: object) -> None:
    """Send the text at `key` to every admin, each in their language."""
    for admin in sorted(services.settings.admins):
        texts = services.texts.speaking(await chosen_language(services.store, admin))
        try:
            await send(bot, admin, texts.html(key, **facts))
        except TelegramError as error:
            log.warning("admin %d could not be told: %s", admin, described(error))
