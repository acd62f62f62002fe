"""The other side of the chat page's API: somebody with a phone, for measurements and tests."""

import asyncio
import contextlib
import io
import json
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

import aiohttp

Message = dict[str, Any]
Event = dict[str, Any]


class PageClient:
    """One person in one chat on a local Bot API server: `chat` is theirs alone unless it is a negative number, a group.

    `server_url` is the address of the page, as it was printed at the start. `seen` holds every event in the chat since
    this was opened.
    """

    def __init__(self, server_url: str, person: int, *, chat: int | None = None, language: str = "en") -> None:
        self.seen: list[Event] = []
        self._url = f"{server_url.rstrip('/')}/"
        self._who: dict[str, Any] = {"person": person, "chat": chat or person, "language": language}
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(self._url, timeout=aiohttp.ClientTimeout(total=None, sock_connect=10))
        now = await self.state()
        self._reading = asyncio.create_task(self._read(now["n"]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        await self._session.close()

    async def state(self) -> dict[str, Any]:
        """Return the chat as the page sees it when it opens."""
        query = {name: str(value) for name, value in self._who.items()}
        async with self._session.get("chat/state", params=query) as answer:
            return dict(await answer.json())

    async def post(self, action: str, **fields: Any) -> dict[str, Any]:
        """Do something in the chat; a field that is None is left out. Raises RuntimeError where it is refused."""
        filled = {name: value for name, value in fields.items() if value is not None}
        async with self._session.post(f"chat/{action}", json={**self._who, **filled}) as answer:
            return await _body(answer)

    async def upload(
        self, action: str, files: Iterable[bytes], *, name: str = "spot.jpg", mime: str = "image/jpeg", **fields: Any
    ) -> dict[str, Any]:
        """Do something with files, which all have this name and type. Raises RuntimeError where it is refused."""
        form = aiohttp.FormData(default_to_multipart=True)
        for field, value in {**self._who, **fields}.items():
            if value is not None:
                form.add_field(field, str(value))
        for content in files:
            form.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
        async with self._session.post(f"chat/{action}", data=form) as answer:
            return await _body(answer)

    async def event(self, fits: Callable[[Event], bool], *, timeout: float) -> Event:  # noqa: ASYNC109
        """Return the first event that fits, once it is there. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while True:
                for event in self.seen:
                    if fits(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def _read(self, since: int) -> None:
        query = {"chat": str(self._who["chat"]), "since": str(since)}
        with contextlib.suppress(aiohttp.ClientError):  # the server has gone
            async with self._session.get("chat/events", params=query, read_bufsize=2**20) as stream:
                async for line in stream.content:
                    if line.startswith(b"data: "):
                        self.seen.append(json.loads(line.removeprefix(b"data: ")))
                        self._news.set()


def is_from_bot(event: Event) -> bool:
    """Return whether an event is a message of the bot's, new or edited."""
    return event["kind"] in ("message", "edited") and event["message"]["from"] == "bot"


async def _body(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    body = dict(await answer.json())
    if answer.status != 200:
        raise RuntimeError(f"{answer.url.path}: {body}")
    return body
