"""Photos: the smallest of Telegram's sizes that is enough for the model."""

from collections.abc import Sequence

from telegram import PhotoSize, Update
from telegram.ext import MessageHandler, filters

from bot.handlers.addressed import NEW_OR_EDITED, ForTheBot
from bot.handlers.answering import answer
from bot.handlers.services import Context, Handler, Services


def smallest_enough(sizes: Sequence[PhotoSize], least: int) -> PhotoSize:
    """Return the smallest size whose short side is at least `least` pixels, the largest where none is."""
    by_area = sorted(sizes, key=lambda size: size.width * size.height)
    return next((size for size in by_area if min(size.width, size.height) >= least), by_area[-1])


def handlers(services: Services) -> list[Handler]:
    """Return the handler of photos, new and edited."""

    async def photo(update: Update, _: Context) -> None:
        if update.effective_message:
            await answer(services, update, smallest_enough(update.effective_message.photo, _least(services)))

    return [MessageHandler(filters.PHOTO & NEW_OR_EDITED & ForTheBot(), photo)]


def _least(services: Services) -> int:
    """Return twice the largest input of the models, which is what `classifiers.plugin` opens photos for."""
    sizes = [max(plugin.card.model.input.size) for plugin in services.clinic.registry.plugins.values()]
    return 2 * max(sizes, default=0)
