"""The bot's profile on Telegram: commands, description and short description, in every language."""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot.handlers.services import Services
from bot.replies import clipped, only_asks, profile_description, profile_short_description
from bot.replies.spots import can_follow
from bot.texts import ENGLISH, Texts
from classifiers.registry import Registry

log = logging.getLogger(__name__)

_TITLE, _MOST = 60, 100  # units of a disease's title; commands that Telegram takes
CANCEL = ("cancel",)  # only where there are forms
COMMANDS = (
    "start",
    "help",
    "about",
    "diseases",
    "spots",
    "report",
    "language",
    "settings",
    "privacy",
    "export",
    "forget",
)


class _Profile(NamedTuple):
    commands: tuple[BotCommand, ...]
    description: str
    short: str


async def announce(bot: Bot, services: Services, languages: Iterable[str] = (ENGLISH,)) -> None:
    """Set what differs in these languages, and that the menu button shows the commands.

    A failure is only logged: the bot answers all the same.
    """
    for lang in languages:
        texts = services.texts.speaking(lang)
        code = None if lang == ENGLISH else lang.split("-")[0]  # without a code: for all other languages
        try:
            if lang == ENGLISH and not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
                await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
            # On a thread: the words of a language that nobody has spoken yet are read from its file first.
            profile = await services.examiner.workers.run(_profile, services.examiner.registry, texts)
            await _announce(bot, profile, code)
        except TelegramError as error:
            log.warning("commands and description could not be set for %s: %s", lang, error)


def menu(registry: Registry, texts: Texts) -> tuple[BotCommand, ...]:
    """Return the commands in the order in which they are shown: /start, the diseases, the others."""
    diseases = {
        disease: texts.plain(
            f"command.disease_{plugin.card.input}", disease=clipped(texts.localised(plugin.card.title), _TITLE)
        )
        for disease, plugin in registry.plugins.items()
    }
    asks = any(plugin.card.input == "form" for plugin in registry.plugins.values())
    names = [name for name in COMMANDS if name not in {"spots", "report"} or can_follow(registry)]
    words = {"help": "help_form"} if only_asks(registry) else {}
    first, *others = (
        (name, texts.plain(f"command.{words.get(name, name)}")) for name in (*names, *(CANCEL if asks else ()))
    )
    return tuple(BotCommand(name, description) for name, description in (first, *diseases.items(), *others))[:_MOST]


def _profile(registry: Registry, texts: Texts) -> _Profile:
    return _Profile(
        commands=menu(registry, texts),
        description=profile_description(registry, texts),
        short=profile_short_description(registry, texts),
    )


async def _announce(bot: Bot, profile: _Profile, code: str | None) -> None:
    if await bot.get_my_commands(language_code=code) != profile.commands:
        await bot.set_my_commands(profile.commands, language_code=code)
    if (await bot.get_my_description(language_code=code)).description != profile.description:
        await bot.set_my_description(profile.description, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != profile.short:
        await bot.set_my_short_description(profile.short, language_code=code)
