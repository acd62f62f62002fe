"""Forms in the chat: their commands, /cancel, taps on their buttons, and answers typed in groups."""

import logging

from telegram import Message, Update, User
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.handlers.filters import COMMAND, NEW, AnswersTheBot, DiseaseCommand
from bot.handlers.form_input import tapped, typed
from bot.handlers.form_session import FormChat
from bot.handlers.people.consent import has_consented, hold_until_consent
from bot.handlers.photos.disease import command_in, form_diseases
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import FormTap, read_tap
from bot.sending.messages import remove_buttons, reply, rows_below, topic_of
from classifiers.card import FormCard
from classifiers.errors import Unavailable

log = logging.getLogger(__name__)


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of forms; text in private chats comes to `form_input.typed` through `fallback`."""

    async def command(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await _begin(services, update, message, user)

    async def cancel(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await _cancel(services, message, user)

    async def text_in_group(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user and not _is_another_s(message.reply_to_message, user):
            await typed(services, update, message, user)

    in_a_group = NEW & filters.ChatType.GROUPS & filters.TEXT & ~filters.COMMAND & AnswersTheBot()
    return [
        MessageHandler(
            filters.COMMAND & COMMAND & DiseaseCommand(lambda: form_diseases(services.examiner.registry)), command
        ),
        CommandHandler("cancel", cancel, filters=COMMAND),
        on_tap(services, FormTap, tapped),
        MessageHandler(in_a_group, text_in_group),
    ]


def _is_another_s(form: Message | None, user: User) -> bool:
    """Return whether a message is a form that somebody else is filling in, by its buttons."""
    taps = [read_tap(button.data) for row in rows_below(form) for button in row]
    return any(isinstance(tap, FormTap) and tap.owner != user.id for tap in taps)


async def _begin(services: Services, update: Update, message: Message, user: User) -> None:
    """Show the first step, if the person has consented and the disease is available."""
    if not await has_consented(services, user):
        await hold_until_consent(services, update, message, user)
        return
    place = FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    try:
        card = services.examiner.registry.form_plugin(command_in(message.text) or "").card
    except Unavailable as error:
        log.error("update %d: %s", update.update_id, error)
        await reply(message, place.texts.html("form.unavailable"))
        return
    await _first_step(place, card, update, message)


async def _first_step(place: FormChat, card: FormCard, update: Update, message: Message) -> None:
    """Show the first step; where a form is half filled in, ask whether to continue with it."""
    try:
        session = await place.fetch()
    except Unavailable:  # the disease of the half-filled form
        session = None
    if session is None:
        await place.start(card, command=message.message_id, topic=topic_of(message), update=update.update_id)
    elif session.state.update == update.update_id:  # begun just before a crash
        await session.show()
    else:
        asked = session.steps.again(card)
        await reply(message, asked.text, buttons=asked.buttons)


async def _cancel(services: Services, message: Message, user: User) -> None:
    place = FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user)
    state = await place.state()
    if state is None:
        await reply(message, place.texts.html("form.nothing"))
        return
    if state.message:
        await remove_buttons(place.bot, place.chat, state.message)
    await reply(message, place.texts.html("form.cancelled"))
    await place.drop()
