"""What people do in the chat tests, and what they look for."""

from __future__ import annotations

from collections.abc import Callable

from phone import Event, Message, Phone

ADMIN = 9001
AGREE = "I am 18 or over and I agree"


async def agree(phone: Phone) -> None:
    """Say /start and tap the button, in a private chat."""
    await phone.says("/start")
    await phone.presses(AGREE, await phone.waits_for("18 or over"))
    await phone.waits_for("Thank you")


def toast(words: str) -> Callable[[Event], bool]:
    """Return what recognises the answer to a tap by its words."""
    return lambda event: event["kind"] == "answer" and words in (event["text"] or "")


def buttons(message: Message) -> list[str]:
    """Return the words on a message's buttons."""
    return [button["text"] for row in message["buttons"] for button in row]
