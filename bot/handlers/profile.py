"""What Telegram shows of the bot before one talks to it: commands, description, short description."""

import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.handlers.services import Services
from bot.texts import ENGLISH, Texts

log = logging.getLogger(__name__)

COMMANDS = ("start", "help", "about", "diseases", "privacy", "forget")


async def announce(bot: Bot, services: Services) -> None:
    """Tell Telegram what differs, in every language; the bot answers just as well where that fails."""
    for lang in services.texts.languages:
        words = services.texts.speaking(lang)
        code = None if lang == ENGLISH else lang.split("-")[0]  # without a code: for all other languages
        try:
            await _announce(bot, words, code)
        except TelegramError as error:
            log.warning("commands and description could not be set for %s: %s", lang, error)


async def _announce(bot: Bot, words: Texts, code: str | None) -> None:
    commands = tuple(BotCommand(name, words.plain(f"command.{name}")) for name in COMMANDS)
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = words.plain("profile.description")
    if (await bot.get_my_description(language_code=code)).description != description:
        await bot.set_my_description(description, language_code=code)
    short = words.plain("profile.short_description")
    if (await bot.get_my_short_description(language_code=code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
