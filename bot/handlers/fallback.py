"""Hints on what the bot understands, for commands, texts and taps that nothing else handles."""

from telegram import Update, User
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.handlers.filters import COMMAND, PRIVATE
from bot.handlers.form_input import typed
from bot.handlers.in_group import asking_for_photo
from bot.handlers.people.consent import has_consented
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import no_longer_valid
from bot.replies import invitation, only_asks
from bot.replies.length import joined
from bot.sending.messages import reply
from bot.texts import Html


async def _to_doctor(services: Services, user: User) -> Html:
    """Return how to write to a doctor who was asked; nothing where none was."""
    asked = services.settings.reviewers is not None and await services.store.opinions.of(services.person(user))
    return services.texts_for(user).html("opinion.reply") if asked else Html()


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of commands and taps nobody else took, and of text in private chats that answers no form."""

    async def command(update: Update, _: Context) -> None:
        if message := update.effective_message:
            texts, registry = services.texts_for(update.effective_user), services.examiner.registry
            hint = invitation("hint.command", registry, texts)
            await reply(message, hint if only_asks(registry) else asking_for_photo(hint, message, texts))

    async def text(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user and not await typed(services, update, message, user):
            texts, agreed = services.texts_for(user), await has_consented(services, user)
            hint = invitation("hint.text", services.examiner.registry, texts) if agreed else texts.html("hint.consent")
            await reply(message, joined([hint, await _to_doctor(services, user)]))

    async def tap(update: Update, _: Context) -> None:
        await no_longer_valid(services, update)

    return [
        MessageHandler(filters.COMMAND & COMMAND, command),
        MessageHandler(filters.TEXT & ~filters.COMMAND & PRIVATE, text),
        CallbackQueryHandler(tap),
    ]
