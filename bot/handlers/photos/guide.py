"""The buttons that show a disease's pictures: how to take a good photo, and what labels look like."""

from telegram import CallbackQuery, Update

from bot.handlers.photos.show_guide import show_examples, show_guide
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import ExamplesTap, GuideTap
from bot.sending.messages import toast


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of these buttons."""
    return [on_tap(services, GuideTap, _show), on_tap(services, ExamplesTap, _show)]


async def _show(services: Services, _: Update, query: CallbackQuery, tap: GuideTap | ExamplesTap) -> None:
    texts = services.texts_for(query.from_user)
    plugin = services.examiner.registry.photo_plugins.get(tap.disease)
    pictures = plugin and (plugin.card.guide if isinstance(tap, GuideTap) else plugin.card.examples)
    if plugin is None or not pictures or query.message is None:
        await toast(query, texts.plain("old_button"))
        return
    await toast(query)
    show = show_guide if isinstance(tap, GuideTap) else show_examples
    await show(services, query.message, plugin.card, texts)
