"""Photos: the smallest of Telegram's sizes that is enough for the model."""

from collections.abc import Sequence

from telegram import Document, Message, PhotoSize, Update
from telegram.ext import MessageHandler, filters

from bot.handlers.examine import answer
from bot.handlers.filters import NEW_OR_EDITED, ForTheBot
from bot.handlers.services import Context, Handler, Services


def smallest_enough(sizes: Sequence[PhotoSize], least: int) -> PhotoSize:
    """Return the smallest size whose short side is at least `least` pixels, the largest where none is."""
    by_area = sorted(sizes, key=lambda size: size.width * size.height)
    return next((size for size in by_area if min(size.width, size.height) >= least), by_area[-1])


def file_of(services: Services, message: Message) -> PhotoSize | Document | None:
    """Return what of a message is looked at: a file as it is, or the photo in the smallest size that is enough."""
    return message.document or (smallest_enough(message.photo, _least(services)) if message.photo else None)


def handlers(services: Services) -> list[Handler]:
    """Return the handler of photos, new and edited."""

    async def photo(update: Update, _: Context) -> None:
        if update.effective_message and (file := file_of(services, update.effective_message)):
            await answer(services, update, file)

    return [MessageHandler(filters.PHOTO & NEW_OR_EDITED & ForTheBot(), photo)]


def _least(services: Services) -> int:
    """Return twice the largest input of the photo models, which is what `classifiers.plugin` opens photos for."""
    sizes = [max(plugin.card.model.input.size) for plugin in services.examiner.registry.photo_plugins.values()]
    return 2 * max(sizes, default=0)
