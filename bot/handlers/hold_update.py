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
    """Hold an update until `updates.release`, and ask, unless its person was asked about another one just now.

    `answered` returns whether the answer came meanwhile, in another chat: then the update is released at once.
    """
    held = await services.store.updates.held(services.person(user))
    if not any(_just_asked(other, message) for other in held):
        await ask()
    await services.updates.hold(update)
    if await answered():
        await services.updates.release(services.person(user))


def _just_asked(held: StoredUpdate, message: Message) -> bool:
    """Return whether a held message of the same chat came shortly before this one: its sender was asked then."""
    update = json.loads(held.content)
    other = update.get("message") or update.get("edited_message") or {}
    passed = message.date.timestamp() - other.get("date", 0)
    return held.chat == message.chat_id and passed < _ASK_AGAIN.total_seconds()
