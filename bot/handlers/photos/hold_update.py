"""An update that must wait for its person's answer: it is held in the queue, and the person asked once."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram import Message, Update, User

from bot.handlers.services import Services
from bot.store import StoredUpdate

_ASK_AGAIN = timedelta(minutes=10)  # an album or a few photos in a row are asked about once


async def hold_update(
    services: Services,
    update: Update,
    message: Message,
    user: User,
    *,
    ask: Callable[[], Awaitable[None]],
    answered: Callable[[], Awaitable[bool]],
) -> None:
    """Hold an update until `updates.release`, and ask, unless its person was asked about another photo just now.

    `answered` returns whether the answer came meanwhile, in another chat: then the update is released at once.
    """
    last = await services.store.updates.last_held(services.person(user), chat=message.chat_id)
    if last is None or not _just_asked(last, message):
        await ask()
    await services.updates.hold(update)
    if await answered():
        await services.updates.release(services.person(user))


def _just_asked(held: StoredUpdate, message: Message) -> bool:
    """Return whether a photo is held that came shortly before this one: its sender was asked then. No command goes unanswered."""
    update = json.loads(held.content)
    other = update.get("message") or update.get("edited_message") or {}
    passed = message.date.timestamp() - other.get("date", 0)
    return bool(passed < _ASK_AGAIN.total_seconds()) and not message.text and "text" not in other
