"""Somebody with a phone, as far as measuring needs: agrees, sends a photo, waits for the picture that answers it."""

import asyncio
import contextlib
import json
import time
from types import TracebackType
from typing import Any, Self

import aiohttp

PATIENCE = 60  # seconds


class Caller:
    """One person in a chat of their own on a local Bot API server."""

    def __init__(self, url: str, person: int) -> None:
        self._url = url
        self._who = {"person": person, "chat": person, "language": "en"}
        self._messages: list[dict[str, Any]] = []  # the bot's
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(self._url, timeout=aiohttp.ClientTimeout(total=None, sock_connect=10))
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        await self._session.close()

    async def agree(self) -> None:
        """Say /start and press the button that asks for consent. Raises TimeoutError."""
        await self._post("text", json={**self._who, "text": "/start"})
        asked = await self._message(lambda message: bool(message["buttons"]))
        agree = next(button["data"] for row in asked["buttons"] for button in row if "data" in button)
        seen = len(self._messages)
        await self._post("press", json={**self._who, "message_id": asked["message_id"], "data": agree})
        await self._message(lambda message: self._messages.index(message) >= seen)

    async def send(self, photo: bytes) -> float:
        """Send a photo and return after how many seconds its answer was there, with a picture. Raises TimeoutError."""
        form = aiohttp.FormData({name: str(value) for name, value in {**self._who, "kind": "photo"}.items()})
        form.add_field("file", photo, filename="spot.jpg", content_type="image/jpeg")
        started = time.perf_counter()
        (sent,) = (await self._post("file", data=form))["messages"]
        await self._message(lambda message: message["reply_to"] == sent["message_id"] and bool(message["media"]))
        return time.perf_counter() - started

    async def _message(self, fits: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = next((message for message in self._messages if fits(message)), None)
                if found:
                    return found
                self._news.clear()
                await self._news.wait()

    async def _post(self, action: str, **content: Any) -> dict[str, Any]:
        async with self._session.post(f"/chat/{action}", **content) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def _read(self) -> None:
        query = {"chat": str(self._who["chat"]), "since": "0"}
        async with self._session.get("/chat/events", params=query, read_bufsize=2**20) as stream:
            async for line in stream.content:
                event = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data: ") else {}
                if event.get("kind") in {"message", "edited"} and event["message"]["from"] == "bot":
                    self._messages.append(event["message"])
                    self._news.set()
