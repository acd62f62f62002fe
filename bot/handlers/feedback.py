""" "Was this right?": a first tap shows the choice, a second one stores it and removes it."""

from telegram import CallbackQuery, Update

from bot.handlers.services import Handler, Services
from bot.handlers.taps import is_private, is_somebody_elses, on_tap
from bot.replies import Rows, feedback_rows, replaced
from bot.replies.taps import FeedbackTap
from bot.sending.messages import change_buttons, rows_below, toast


def handlers(services: Services) -> list[Handler]:
    """Return the handler of feedback buttons."""
    return [on_tap(services, FeedbackTap, _feedback)]


async def _feedback(services: Services, _: Update, query: CallbackQuery, tap: FeedbackTap) -> None:
    texts, person = services.texts_for(query.from_user), services.person(query.from_user)
    if is_somebody_elses(query):
        await toast(query, texts.plain("not_yours"))
    elif tap.value == "ask" and await services.store.journal.of_person(tap.entry, person):
        # Below a message that Telegram no longer shows the bot, there is no way to put the choice.
        shown = query.message is not None and query.message.is_accessible
        await toast(query, None if shown else texts.plain("old_button"))
        await change_buttons(query, _with(query, feedback_rows(tap.entry, texts)))
    elif tap.value != "ask" and await services.store.journal.feedback(tap.entry, person, tap.value):
        await toast(query, texts.plain("feedback.thanks"))
        await change_buttons(query, _with(query, ()))
    else:
        await toast(query, texts.plain("feedback.gone" if is_private(query) else "not_yours"))


def _with(query: CallbackQuery, rows: Rows) -> Rows:
    """Return the message's buttons with these in place of the question's."""
    return replaced(rows_below(query.message), FeedbackTap, rows)
