"""Commands that only show a text: /help, /about, /diseases, /privacy."""

from collections.abc import Callable

from telegram import Update
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.in_group import asking_for_photo
from bot.handlers.services import Context, Handler, Services
from bot.replies import Rows, about, diseases, help_messages, privacy
from bot.replies.examples import example_rows
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


def _pictures(services: Services, texts: Texts) -> Rows:
    """Return the buttons that show how to take a photo, and what there is to be seen."""
    registry = services.examiner.registry
    named = len(registry.photo_plugins) > 1
    return (*guide_rows(guides(registry), texts, named=named), *example_rows(registry, texts, named=named))


def _showing(services: Services, command: str, show: Callable[[Texts], list[Html]]) -> Handler:
    async def handle(update: Update, _: Context) -> None:
        if message := update.effective_message:
            texts = services.texts_for(update.effective_user)
            *before, last = show(texts)
            for text in before:
                await reply(message, text)
            if command == "diseases" and services.examiner.registry.photo_plugins:
                last = asking_for_photo(last, message, texts)
            await reply(message, last, buttons=_pictures(services, texts) if command == "help" else ())

    return CommandHandler(command, handle, filters=COMMAND)
