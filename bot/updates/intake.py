"""Intake: what Telegram brings is in the database, or set aside by its number, before Telegram is told "received"."""

import json
import logging
from typing import Any

from telegram import Bot, Update

from bot import metrics
from bot.updates.queue import UpdateQueue

log = logging.getLogger(__name__)

_NUMBERS = 2**63  # what a database's integers can hold


class Intake:
    """Takes updates in as they were sent, whoever brings them."""

    def __init__(self, bot: Bot, queue: UpdateQueue) -> None:
        """Put what can be read into this queue, as updates of this bot."""
        self._bot, self._queue = bot, queue

    @property
    def is_busy(self) -> bool:
        """Whether so much is in hand that more need not come at once."""
        return self._queue.share.is_busy

    async def take(self, raw: Any) -> None:
        """Take in one update, parsed from JSON. Raises StoreError: Telegram must then keep it, and bring it again."""
        with metrics.store_seconds.time():
            content = json.dumps(raw)
            try:
                update = _update(raw, self._bot)
            except Exception as error:  # whatever it is: its message may quote what a person sent
                await self._take_unreadable(raw, content, error)
            else:
                await self._queue.take(update, content)

    async def _take_unreadable(self, raw: Any, content: str, error: Exception) -> None:
        number = number_of(raw)
        if number is None:
            log.error("an update without a number cannot be read: %s", type(error).__name__)
        else:
            await self._queue.set_aside_unreadable(number, content)


def _update(raw: Any, bot: Bot) -> Update:
    """Return an update. Raises what python-telegram-bot does, and ValueError for numbers that no database could hold."""
    update = Update.de_json(raw, bot)
    chat, user = update.effective_chat, update.effective_user
    if number_of(raw) is None or (chat and not _is_number(chat.id)) or (user and not _is_number(user.id)):
        raise ValueError
    return update


def number_of(raw: Any) -> int | None:
    """Return the number of an update as it was sent, None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if _is_number(number) else None


def _is_number(number: Any) -> bool:
    return type(number) is int and abs(number) < _NUMBERS
