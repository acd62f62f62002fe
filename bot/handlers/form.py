"""Forms in the chat: their commands, /cancel, taps on their buttons, and answers typed in groups."""

import logging

from telegram import Message, Update, User
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.handlers.filters import COMMAND, EDITED, NEW, AnswersTheBot, DiseaseCommand
from bot.handlers.form_input import corrected, tapped, typed
from bot.handlers.form_session import FormChat
from bot.handlers.people.consent import has_consented, hold_until_consent
from bot.handlers.photos.disease import command_in, form_diseases
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import FormTap
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
        if message and user and await _is_said_to_form(services, message, user):
            await typed(services, update, message, user)

    async def text_again(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await corrected(services, update, message, user)

    in_a_group = NEW & filters.ChatType.GROUPS & filters.TEXT & ~filters.COMMAND & AnswersTheBot()
    return [
        MessageHandler(
            filters.COMMAND & COMMAND & DiseaseCommand(lambda: form_diseases(services.examiner.registry)), command
        ),
        CommandHandler("cancel", cancel, filters=COMMAND),
        on_tap(services, FormTap, tapped),
        MessageHandler(in_a_group, text_in_group),
        MessageHandler(EDITED & filters.TEXT & ~filters.COMMAND, text_again),
    ]


async def _is_said_to_form(services: Services, message: Message, user: User) -> bool:
    """Return whether a message replies to the one that shows its sender's form, or to one that showed it: bare words by now."""
    state = await FormChat(services=services, bot=message.get_bot(), chat=message.chat_id, user=user).state()
    replied = message.reply_to_message
    if state is None or replied is None:
        return False
    return replied.message_id == state.message or bool(replied.text and not rows_below(replied))


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
