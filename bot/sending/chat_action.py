"""A chat action ("typing…", "sending a photo…") that is shown for as long as the bot works on a message."""

import asyncio
import contextlib
from collections.abc import Iterator

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

_FIRST = 1.0  # seconds: what is over by then needs no sign that it is being worked on, and a call less
_INTERVAL = 4.5  # seconds; Telegram shows an action for five


class ShownAction:
    """The action that is sent the next time."""

    def __init__(self) -> None:
        self.action = ChatAction.TYPING

    def upload_photo(self) -> None:
        """Show from now on that a photo is being sent."""
        self.action = ChatAction.UPLOAD_PHOTO


@contextlib.contextmanager
def chat_action(message: Message) -> Iterator[ShownAction]:
    """Show that the message is being worked on while the block runs. An action that cannot be sent is not missed.

    Its end is not waited for: what comes after the answer is to come at once.
    """
    shown, sending = ShownAction(), list[asyncio.Task[None]]()
    # Not a task from the start: most of what is worked on is done before.
    first = asyncio.get_running_loop().call_later(
        _FIRST, lambda: sending.append(asyncio.create_task(_repeat(message, shown)))
    )
    try:
        yield shown
    finally:
        first.cancel()
        for task in sending:
            task.cancel()


async def _repeat(message: Message, shown: ShownAction) -> None:
    while True:
        with contextlib.suppress(TelegramError):
            await message.reply_chat_action(shown.action)
        await asyncio.sleep(_INTERVAL)
