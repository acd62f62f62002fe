"""The other side of the chat page's API: somebody with a phone, for measurements and tests."""

import asyncio
import contextlib
import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp

_LARGE = 2**20  # bytes, from which on aiohttp wants a body in pieces
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
        self._query = urlencode(self._who)
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
        async with self._session.get(f"chat/state?{self._query}") as answer:
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
        boundary = secrets.token_hex(16)
        body = b"".join(_form(boundary, fields, files, name=name, mime=mime))
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        data = io.BytesIO(body) if len(body) > _LARGE else body
        async with self._session.post(f"chat/{action}?{self._query}", data=data, headers=kind) as answer:
            return await _body(answer)

    async def event(self, fits: Callable[[Event], bool], *, timeout: float, since: int = 0) -> Event:  # noqa: ASYNC109
        """Return the first event that fits, once it is there; it is none of the first `since`.

        Raises TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while True:
                for at in range(since, len(self.seen)):
                    if fits(self.seen[at]):
                        return self.seen[at]
                since = len(self.seen)
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


def _form(boundary: str, fields: Mapping[str, Any], files: Iterable[bytes], *, name: str, mime: str) -> Iterator[bytes]:
    """Give the pieces of a form (RFC 7578), which aiohttp takes ten times as long to write."""
    begin = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    for field, value in fields.items():
        if value is not None:
            yield f'{begin}{field}"\r\n\r\n{value}\r\n'.encode()
    head = f'{begin}file"; filename="{quote(name)}"\r\nContent-Type: {mime}\r\n\r\n'.encode()
    for content in files:
        yield from (head, content, b"\r\n")
    yield f"--{boundary}--\r\n".encode()


async def _body(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    body = dict(json.loads(await answer.read()))
    if answer.status != 200:
        raise RuntimeError(f"{answer.url.path}: {body}")
    return body
