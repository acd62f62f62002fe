"""What people do in the chat tests, and what they look for."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
from phone import Event, Message, Phone

ADMIN = 9001
AGREE = "I am 18 or over and I agree"


async def agree(phone: Phone) -> None:
    """Say /start and tap the button, in a private chat."""
    await phone.says("/start")
    await phone.presses(AGREE, await phone.waits_for("18 or over"))
    await phone.waits_for("Thank you")


async def send_photo_in_reply(url: str, photo: bytes, *, to: int, person: int, chat: int) -> None:
    """Send a photo as a reply to a message."""
    form = aiohttp.FormData({"person": str(person), "chat": str(chat), "reply_to": str(to)})
    form.add_field("file", photo, filename="spot.jpg", content_type="image/jpeg")
    async with aiohttp.ClientSession() as session, session.post(f"{url}/chat/file", data=form) as answer:
        assert answer.status == 200, await answer.text()


def toast(words: str) -> Callable[[Event], bool]:
    """Return what recognises the answer to a tap by its words."""
    return lambda event: event["kind"] == "answer" and words in (event["text"] or "")


def buttons(message: Message) -> list[str]:
    """Return the words on a message's buttons."""
    return [button["text"] for row in message["buttons"] for button in row]
