"""A sign that the bot is at work ("typing…", "sending a photo…"), for as long as it is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

_LASTS = 4.5  # seconds; Telegram shows an action for five


class Sign:
    """What is shown from the next time on."""

    def __init__(self) -> None:
        self.action = ChatAction.TYPING

    def sending(self) -> None:
        """The answer is there and is being sent."""
        self.action = ChatAction.UPLOAD_PHOTO


@contextlib.asynccontextmanager
async def working(message: Message) -> AsyncIterator[Sign]:
    """Show that the message is being worked on while the block runs; that it cannot be shown does not matter."""
    sign = Sign()
    showing = asyncio.create_task(_show(message, sign))
    try:
        yield sign
    finally:
        showing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await showing


async def _show(message: Message, sign: Sign) -> None:
    while True:
        with contextlib.suppress(TelegramError):
            await message.reply_chat_action(sign.action)
        await asyncio.sleep(_LASTS)
