""" "Was this right?": a first tap shows the choice, a second one stores it and leaves only the links."""

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.handlers.services import Context, Handler, Services
from bot.replies import Rows, feedback_rows, read_feedback
from bot.sending.messages import change_buttons, keyboard, toast


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of feedback buttons, and of buttons that nothing else handles."""

    async def feedback(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await _feedback(services, query)

    async def unknown(update: Update, _: Context) -> None:
        if query := update.callback_query:
            await toast(query, services.texts_for(query.from_user).plain("old_button"))

    return [CallbackQueryHandler(feedback, pattern=r"^fb:"), CallbackQueryHandler(unknown)]


async def _feedback(services: Services, query: CallbackQuery) -> None:
    texts = services.texts_for(query.from_user)
    tapped = read_feedback(query.data or "")
    if tapped is None:
        await toast(query, texts.plain("old_button"))
        return
    entry, value = tapped
    if _is_somebody_elses(query):
        await toast(query, texts.plain("not_yours"))
    elif value == "ask":
        await toast(query)
        await change_buttons(query, _links_and(query, feedback_rows(entry, texts)))
    elif await services.store.journal.feedback(entry, services.person(query.from_user), value):
        await toast(query, texts.plain("feedback.thanks"))
        await change_buttons(query, _links_and(query, ()))
    else:
        await toast(query, texts.plain("feedback.gone" if _is_private(query) else "not_yours"))


def _links_and(query: CallbackQuery, rows: Rows) -> InlineKeyboardMarkup | None:
    """Return the message's link buttons with these buttons below."""
    before = query.message.reply_markup if isinstance(query.message, Message) else None
    links = [row for row in (before.inline_keyboard if before else ()) if all(button.url for button in row)]
    below = keyboard(rows)
    buttons: list[tuple[InlineKeyboardButton, ...]] = [*links, *(below.inline_keyboard if below else ())]
    return InlineKeyboardMarkup(buttons) if buttons else None


def _is_private(query: CallbackQuery) -> bool:
    return query.message is None or query.message.chat.type == ChatType.PRIVATE


def _is_somebody_elses(query: CallbackQuery) -> bool:
    """Return whether the answer is known to be for another person: it replies to their photo.

    Where that photo is deleted nobody knows; the journal then lets only the right person's feedback in.
    """
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    return bool(asked and asked.from_user and asked.from_user.id != query.from_user.id)
