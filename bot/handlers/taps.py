"""Taps on buttons: read once, and handed to whoever handles their kind; what is no button of ours is told so."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.handlers.services import Context, Handler, Services
from bot.replies.tap import Tap
from bot.replies.taps import read_tap
from bot.sending.messages import toast

T = TypeVar("T", bound=Tap)


def on_tap(
    services: Services, kind: type[T], handle: Callable[[Services, Update, CallbackQuery, T], Awaitable[None]]
) -> Handler:
    """Return the handler of one kind of buttons, for taps that come with the message below which they stand."""

    async def tapped(update: Update, _: Context) -> None:
        query = update.callback_query
        tap = read_tap(query.data) if query else None
        if query is not None and query.message is not None and isinstance(tap, kind):
            await handle(services, update, query, tap)
        else:
            await no_longer_valid(services, update)

    return CallbackQueryHandler(tapped, pattern=lambda data: isinstance(read_tap(str(data)), kind))


async def no_longer_valid(services: Services, update: Update) -> None:
    """Answer a tap on an old, foreign or forged button."""
    if query := update.callback_query:
        await toast(query, services.texts_for(query.from_user).plain("old_button"))


def is_somebody_elses(query: CallbackQuery) -> bool:
    """Return whether the answer is known to be for another person: it replies to their photo.

    Where that photo is deleted nobody knows; the journal then lets only the right person in. In a topic Telegram then says
    that the answer replies to the message with which somebody began the topic.
    """
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    if asked is None or asked.forum_topic_created is not None:
        return False
    return bool(asked.from_user and asked.from_user.id != query.from_user.id)


def is_private(query: CallbackQuery) -> bool:
    """Return whether a tap is in a private chat, or nowhere that is known."""
    return query.message is None or query.message.chat.type == ChatType.PRIVATE
