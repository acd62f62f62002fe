"""A person with a phone, talking to the local server over HTTP as the chat page does."""

from __future__ import annotations

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
Wanted = str | Callable[[Message], bool]


class Phone:
    """One person in one chat: `chat` is theirs alone unless it is a negative number, a group.

    `seen` holds every event since the phone was opened. `waits_for` gives each of the bot's messages once.
    """

    def __init__(self, server_url: str, person: int = 1001, chat: int | None = None, language: str = "en") -> None:
        self.seen: list[Event] = []
        self._url = server_url
        self._who: dict[str, Any] = {"person": person, "chat": chat or person, "language": language}
        self._taken: set[int] = set()
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

    async def says(self, text: str, reply_to: int | None = None) -> Message:
        """Write a text or a /command; return the message as sent."""
        answer = await self._post("text", {"text": text, "reply_to": reply_to})
        return dict(answer["message"])

    async def sends_photo(
        self,
        photo: bytes | list[bytes],
        caption: str | None = None,
        kind: str = "photo",
        name: str = "spot.jpg",
        mime: str | None = None,
    ) -> list[Message]:
        """Send a photo, or several as an album; `kind`: photo, document, sticker, video or voice. Returns what went."""
        fields = {"kind": kind, "caption": caption}
        files = photo if isinstance(photo, list) else [photo]
        answer = await self._post_form("file", fields, files, name, mime)
        return list(answer["messages"])

    async def edits(
        self, message_id: int, text: str | None = None, photo: bytes | None = None, name: str = "spot.jpg"
    ) -> Message:
        """Change the text or caption of an own message, or its photo."""
        answer = await self._post_form(
            "edit", {"message_id": message_id, "text": text}, [photo] if photo is not None else [], name, None
        )
        return dict(answer["message"])

    async def presses(self, button: str, message: Message | None = None) -> str:
        """Tap a button by its words or data, the newest one if no message is named; return the query's id.

        A button that is a link is not tapped but followed: its URL is returned.
        """
        places = [message] if message else reversed((await self.state())["messages"])
        for place in places:
            for found in (item for row in place["buttons"] for item in row):
                if button in (found["text"], found.get("data")):
                    if "url" in found:
                        return str(found["url"])
                    pressed = {"message_id": place["message_id"], "data": found["data"]}
                    return str((await self._post("press", pressed))["callback_query_id"])
        raise AssertionError(f"no button {button!r} in the chat")

    async def clears(self, *message_ids: int) -> None:
        """Delete messages on the phone; the bot is not told."""
        await self._post("delete", {"message_ids": list(message_ids)})

    async def blocks(self, blocked: bool = True) -> None:
        """Block the bot, or take it back."""
        await self._post("block", {"blocked": blocked})

    async def waits_for(self, wanted: Wanted = "", timeout: float = 20) -> Message:  # noqa: ASYNC109
        """Return the bot's next new or edited message, not returned before, that holds these words or fits.

        A message may come back once for each state it was in. Raises AssertionError with all that came instead.
        """

        def fits(event: Event) -> bool:
            return _from_bot(event) and _fits(wanted, event["message"])

        event = await self.waits_for_event(fits, timeout=timeout, wish=repr(wanted))
        return dict(event["message"])

    async def waits_for_event(
        self,
        fits: Callable[[Event], bool],
        timeout: float = 20,  # noqa: ASYNC109
        wish: str = "such an event",
    ) -> Event:
        """Return the next event of any kind, not returned before, that fits: answers to buttons, actions, …"""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for event in self.seen:
                        if event["n"] not in self._taken and fits(event):
                            self._taken.add(event["n"])
                            return event
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"waited {timeout} s for {wish}; what came:\n{_told(self.seen)}") from None

    async def waits_for_connection(self, timeout: float = 20) -> None:  # noqa: ASYNC109
        """Wait until a bot asks the server for updates."""
        async with asyncio.timeout(timeout):
            while not (await self.state())["connected"]:  # noqa: ASYNC110 — nothing tells
                await asyncio.sleep(0.02)

    async def silence(self, seconds: float) -> None:
        """Wait, and fail if the bot says anything meanwhile."""
        before = len(self.seen)
        await asyncio.sleep(seconds)
        said = [event for event in self.seen[before:] if _from_bot(event)]
        assert not said, f"the bot was not asked, yet it said:\n{_told(said)}"

    async def looks_at(self, message: Message, size: int | None = None) -> bytes:
        """Return the bytes of a message's picture or file."""
        query = {"size": str(size)} if size else {}
        async with self._session.get(f"/chat/media/{message['media']['id']}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def state(self) -> dict[str, Any]:
        """Return the chat as the page sees it when it opens."""
        query = {name: str(value) for name, value in self._who.items()}
        async with self._session.get("/chat/state", params=query) as answer:
            return dict(await answer.json())

    async def _post(self, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        filled = {name: value for name, value in fields.items() if value is not None}
        async with self._session.post(f"/chat/{action}", json={**self._who, **filled}) as answer:
            return await _read_answer(answer)

    async def _post_form(
        self, action: str, fields: dict[str, Any], files: Iterable[bytes], name: str, mime: str | None
    ) -> dict[str, Any]:
        form = aiohttp.FormData(default_to_multipart=True)
        for field, value in {**self._who, **fields}.items():
            if value is not None:
                form.add_field(field, str(value))
        for content in files:
            form.add_field("file", io.BytesIO(content), filename=name, content_type=mime or "application/octet-stream")
        async with self._session.post(f"/chat/{action}", data=form) as answer:
            return await _read_answer(answer)

    async def _read(self, since: int) -> None:
        query = {"chat": str(self._who["chat"]), "since": str(since)}
        with contextlib.suppress(aiohttp.ClientError):  # the server has gone: a test that stops it knows
            async with self._session.get("/chat/events", params=query, read_bufsize=2**20) as stream:
                async for line in stream.content:
                    if line.startswith(b"data: "):
                        self.seen.append(json.loads(line.removeprefix(b"data: ")))
                        self._news.set()


async def _read_answer(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    body = dict(await answer.json())
    assert answer.status == 200, body
    return body


def _from_bot(event: Event) -> bool:
    return event["kind"] in ("message", "edited") and event["message"]["from"] == "bot"


def _fits(wanted: Wanted, message: Message) -> bool:
    if callable(wanted):
        return wanted(message)
    return wanted.lower() in (message["text"] or message["caption"] or "").lower()


def _told(events: list[Event]) -> str:
    lines = []
    for event in events:
        message = event.get("message") or {}
        words = message.get("text") or message.get("caption") or {k: v for k, v in event.items() if k != "message"}
        lines.append(f"  {event['kind']} {message.get('from', '')}: {words}")
    return "\n".join(lines) or "  nothing"
