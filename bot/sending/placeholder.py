"""A message that stands in a chat while the answer takes long: shown once, and gone before the answer comes."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.texts import Html

log = logging.getLogger(__name__)

AFTER = 2.0  # seconds from when the update was taken in hand

Keep = Callable[[int], Awaitable[None]]


class Placeholder:
    """What stands in a private chat in place of the answer to one update, over all attempts to handle it."""

    def __init__(self, *, chat: int = 0, message: int = 0) -> None:
        """Begin with what another attempt left in the chat, if it did: the number of its message."""
        self._chat, self._message = chat, message
        self._is_over = False
        self._since = time.monotonic()
        self._later: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None

    def show_later(self, to: Message, text: Html, *, keep: Keep) -> None:
        """Show the text once the update is in hand for AFTER seconds, unless there was an answer to it.

        `keep` is told the message's number, by which it is found after a kill.
        """
        if not self._message and not self._is_over and self._later is None:
            pause = max(0.0, self._since + AFTER - time.monotonic())
            self._later = asyncio.get_running_loop().call_later(pause, self._begin, to, text, keep)

    def call_off(self) -> None:
        """Do not show it where it is not being sent already."""
        if self._later and not self._sending:
            self._later.cancel()
            self._later = None

    async def remove(self, bot: Bot) -> None:
        """Remove it from the chat, because the answer comes now. Raises TelegramError, where the answer could not come either."""
        self._is_over = True
        self.call_off()
        if self._sending:
            await asyncio.wait([self._sending])
        if self._message:
            await remove_placeholder(bot, self._chat, self._message)
            self._message = 0

    def _begin(self, to: Message, text: Html, keep: Keep) -> None:
        self._sending = asyncio.create_task(self._show(to, text, keep))

    async def _show(self, to: Message, text: Html, keep: Keep) -> None:
        try:
            sent = await to.get_bot().send_message(
                to.chat_id, text, parse_mode=ParseMode.HTML, disable_notification=True
            )
        except TelegramError as error:
            log.info("nothing stands in for an answer that takes long: %s", type(error).__name__)
            return
        self._chat, self._message = to.chat_id, sent.message_id
        await keep(sent.message_id)


async def remove_placeholder(bot: Bot, chat: int, message: int) -> None:
    """Remove a message that stood in for an answer; one that is gone already, or too old, is let be. Raises TelegramError."""
    try:
        await bot.delete_message(chat, message)
    except BadRequest as error:
        log.info("what stood in for an answer is not there to be removed: %s", error)
