"""The button "How to take a good photo"."""

from telegram import CallbackQuery, Update

from bot.handlers.photos.show_guide import show_guide
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import GuideTap
from bot.sending.messages import toast


def handlers(services: Services) -> list[Handler]:
    """Return the handler of the button."""
    return [on_tap(services, GuideTap, _show)]


async def _show(services: Services, _: Update, query: CallbackQuery, tap: GuideTap) -> None:
    texts = services.texts_for(query.from_user)
    plugin = services.examiner.registry.photo_plugins.get(tap.disease)
    if plugin is None or not plugin.card.guide or query.message is None:
        await toast(query, texts.plain("old_button"))
        return
    await toast(query)
    await show_guide(services, query.get_bot(), query.message.chat.id, plugin.card, texts)
