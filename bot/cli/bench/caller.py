"""Somebody with a phone, as far as measuring needs: agrees, sends a photo, waits for the picture that answers it."""

import time
from collections.abc import Callable

from bot.local.page_client import Message, PageClient, is_from_bot

TIMEOUT = 60  # seconds


class Caller(PageClient):
    """One person in a chat of their own on a local Bot API server."""

    async def agree(self) -> None:
        """Say /start and press the button that asks for consent. Raises TimeoutError."""
        await self.post("text", text="/start")
        asked = await self._message(lambda message: bool(message["buttons"]))
        agree = next(button["data"] for row in asked["buttons"] for button in row if "data" in button)
        before = len(self.seen)
        await self.post("press", message_id=asked["message_id"], data=agree)
        await self.event(is_from_bot, timeout=TIMEOUT, since=before)

    async def send(self, photo: bytes) -> float:
        """Send a photo and return after how many seconds its answer was there, with a picture. Raises TimeoutError."""
        started, before = time.perf_counter(), len(self.seen)
        (sent,) = (await self.upload("file", [photo], kind="photo"))["messages"]
        number = sent["message_id"]
        await self._message(lambda message: message["reply_to"] == number and bool(message["media"]), since=before)
        return time.perf_counter() - started

    async def send_album(self, photos: list[bytes]) -> float:
        """Send photos at once and return after how many seconds the one answer to them was there. Raises TimeoutError."""
        started = time.perf_counter()
        sent = {one["message_id"] for one in (await self.upload("file", photos, kind="photo"))["messages"]}
        await self._message(lambda message: message["reply_to"] in sent and bool(message["media"]))
        return time.perf_counter() - started

    async def ask(self, command: str) -> float:
        """Send a command and return after how many seconds something came. Raises TimeoutError."""
        started, before = time.perf_counter(), len(self.seen)
        await self.post("text", text=command)
        await self.event(is_from_bot, timeout=TIMEOUT, since=before)
        return time.perf_counter() - started

    async def _message(self, fits: Callable[[Message], bool], *, since: int = 0) -> Message:
        """Return the first message of the bot's that fits, which is none of the first `since` events."""
        found = await self.event(
            lambda event: is_from_bot(event) and fits(event["message"]), timeout=TIMEOUT, since=since
        )
        return dict(found["message"])
