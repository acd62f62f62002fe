"""One photo, from the message to the answer, step by step."""

from collections.abc import Sequence

from telegram import Document, Message, PhotoSize, Update

from bot.handlers.admission import admit
from bot.handlers.choose_disease import explain_unknown_command
from bot.handlers.examine import examine_photo
from bot.handlers.form_input import show_form_below
from bot.handlers.services import Services


async def answer_photo(services: Services, update: Update, file: PhotoSize | Document) -> None:
    """Answer a photo, once its person has consented and it is known which disease it is about."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    disease = await admit(services, update, message, user)
    if disease is None:
        return
    await examine_photo(services, update, message, user, file, disease)
    await explain_unknown_command(services, message, user)
    await show_form_below(services, message, user)


def smallest_enough(sizes: Sequence[PhotoSize], least: int) -> PhotoSize:
    """Return the smallest size whose short side is at least `least` pixels, the largest where none is."""
    by_area = sorted(sizes, key=lambda size: size.width * size.height)
    return next((size for size in by_area if min(size.width, size.height) >= least), by_area[-1])


def file_of(services: Services, message: Message) -> PhotoSize | Document | None:
    """Return what of a message is examined: a file as it is, or the photo in the smallest size that is enough."""
    return message.document or (smallest_enough(message.photo, _least_side(services)) if message.photo else None)


def _least_side(services: Services) -> int:
    """Return twice the largest input of the photo models, which is the size that `classifiers.plugin` opens photos for."""
    sizes = [max(plugin.card.model.input.size) for plugin in services.examiner.registry.photo_plugins.values()]
    return 2 * max(sizes, default=0)
