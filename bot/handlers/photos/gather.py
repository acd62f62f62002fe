"""Messages that are answered together: an album, or photos in reply to the same answer; the others are waited for for a moment.

The queue is where they wait: it hands out one update of a chat at a time, in order, so that the first one finds the others
there. All of them stay in the queue until the answer is sent; whatever ends the process before leaves them as they were.
"""

import asyncio
import json
from dataclasses import dataclass

from telegram import Message, Update

from bot.handlers.photos.misnamed_photo import misnamed_photo
from bot.handlers.photos.photo_request import PhotoRequest, photo_source, request_of
from bot.handlers.services import Services
from bot.store import StoredUpdate
from bot.updates.pending import chat_of

MOST = 10  # photos in an album of Telegram's
_QUIET = 0.7  # seconds since the last of them came: Telegram brings an album photo by photo
_LOOKS = 6  # as often is looked for others at most
_IN_CHAT = 4 * MOST  # updates that wait in a chat are looked through: in a group others may speak in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One of the messages; `request` is its photo, None where it is something else."""

    update: Update
    message: Message
    request: PhotoRequest | None


async def gathered(services: Services, update: Update, message: Message) -> tuple[Sent, ...]:
    """Return the messages that belong together with this one, which is among them, in the order they were sent."""
    others: list[Update] = []
    # One that may be why the process died or an attempt failed is alone, so that it takes the blame for itself only.
    is_suspected = services.updates.delivery(update).is_suspected
    if update.message and _key(message) and _are_judged_together(services) and not is_suspected:
        others = await _others(services, update, message)
    sent = sorted([update, *others], key=_number)[:MOST]
    kept = sent if update in sent else [*sent[:-1], update]
    return tuple([await _sent(services, one) for one in kept])


async def is_among_photos(services: Services, update: Update, message: Message) -> bool:
    """Return whether a message that is no photo itself came in an album with photos, or may have."""
    return message.media_group_id is not None and any(one.request for one in await gathered(services, update, message))


async def _others(services: Services, update: Update, message: Message) -> list[Update]:
    """Return the other updates, once nothing more came for a moment."""
    found: list[Update] = []
    for _ in range(_LOOKS):
        rows = await services.store.updates.waiting_in(chat_of(update), most=_IN_CHAT)
        belong = [(row.received, one) for row in rows if (one := _read(row, message)) is not None]
        found = [one for _, one in belong if one.update_id != update.update_id]
        last = max((received for received, _ in belong), default=services.store.now())
        pause = _QUIET - (services.store.now() - last).total_seconds()
        if pause <= 0 or len(found) >= MOST - 1:
            break
        # A slot is kept for it: the wait is short, and there are more slots than a processor could use.
        await asyncio.sleep(min(pause, _QUIET))
    return found


def _read(row: StoredUpdate, message: Message) -> Update | None:
    """Return an update that waits, if it belongs together with this message."""
    content = json.loads(row.content)
    if not isinstance(content, dict) or "message" not in content:
        return None
    try:
        update = Update.de_json(content, message.get_bot())
    except Exception:  # whatever stands there is set aside when its turn comes
        return None
    other = update.message
    same = other is not None and _key(other) == _key(message) and other.from_user == message.from_user
    return update if same else None


def _key(message: Message) -> str | None:
    """Return what messages that belong together have in common; None for one that stands alone."""
    if message.media_group_id is not None:
        return f"album {message.media_group_id}"
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == message.get_bot().id:
        is_known = replied.message_id != 0  # not in a group that moved since
        return f"reply {replied.message_id}" if is_known and photo_source(message) is message else None
    return None


def _are_judged_together(services: Services) -> bool:
    plugins = services.examiner.registry.photo_plugins.values()
    return any(plugin.card.several_photos for plugin in plugins)


def _number(update: Update) -> int:
    return update.message.message_id if update.message else 0


async def _sent(services: Services, update: Update) -> Sent:
    message = update.effective_message
    if message is None:
        raise ValueError("an update without a message")
    request = request_of(services, message) if photo_source(message) is message else None
    return Sent(update=update, message=message, request=request or await misnamed_photo(services, message))
