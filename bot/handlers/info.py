"""Commands that only show a text: /help, /about, /diseases, /privacy."""

from collections.abc import Callable

from telegram import Update
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.services import Context, Handler, Services
from bot.replies import Rows, about, diseases, help_messages, privacy
from bot.replies.guide import guide_rows, guides
from bot.sending.messages import reply
from bot.texts import Html, Texts


def handlers(services: Services) -> list[Handler]:
    """Return one handler for each command."""
    asks = services.settings.reviewers is not None
    texts_of: dict[str, Callable[[Texts], list[Html]]] = {
        "help": lambda texts: help_messages(services.examiner.registry, texts),
        "about": lambda texts: about(services.examiner.registry, texts),
        "diseases": lambda texts: diseases(services.examiner.registry, texts),
        "privacy": lambda texts: privacy(services.examiner.registry, texts, asks=asks),
    }
    return [_showing(services, command, show) for command, show in texts_of.items()]


def _guides(services: Services, texts: Texts) -> Rows:
    cards = guides(services.examiner.registry)
    return guide_rows(cards, texts, named=len(cards) > 1)


def _showing(services: Services, command: str, show: Callable[[Texts], list[Html]]) -> Handler:
    async def handle(update: Update, _: Context) -> None:
        if message := update.effective_message:
            texts = services.texts_for(update.effective_user)
            *before, last = show(texts)
            for text in before:
                await reply(message, text)
            await reply(message, last, buttons=_guides(services, texts) if command == "help" else ())

    return CommandHandler(command, handle, filters=COMMAND)
