"""A word about what the bot understands, for whoever writes something else."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.handlers.addressed import COMMAND, PRIVATE
from bot.handlers.consent import has_consented
from bot.handlers.services import Context, Handler, Services
from bot.handlers.speaking import say
from bot.texts import Html, Texts


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of commands nobody else took, and of plain text in private chats."""

    async def command(update: Update, _: Context) -> None:
        if message := update.effective_message:
            await say(message, _about_command(services, services.words(update.effective_user), message.text or "/"))

    async def text(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            key = "hint.text" if await has_consented(services, user) else "hint.consent"
            await say(message, services.words(user).say(key))

    return [
        MessageHandler(filters.COMMAND & COMMAND, command),
        MessageHandler(filters.TEXT & ~filters.COMMAND & PRIVATE, text),
    ]


def _about_command(services: Services, words: Texts, text: str) -> Html:
    """Return what to do with a disease's command, which belongs under a photo, or that there is no such command."""
    name = text.split(maxsplit=1)[0][1:].partition("@")[0].lower()
    plugin = services.clinic.registry.plugins.get(name)
    if plugin is None:
        return words.say("hint.command")
    return words.say("hint.disease", disease=words.of(plugin.card.title))
