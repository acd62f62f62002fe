"""A person with a phone, talking to the local server over HTTP as the chat page does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.local.page_client import Event, Message, PageClient, is_from_bot

Wanted = str | Callable[[Message], bool]

TIMEOUT = 60.0  # seconds, on a machine that has other things to do


class Phone(PageClient):
    """One person in one chat; `waits_for` gives each of the bot's messages once."""

    def __init__(self, server_url: str, person: int = 1001, chat: int | None = None, language: str = "en") -> None:
        super().__init__(server_url, person, chat=chat, language=language)
        self._taken: set[int] = set()

    async def says(self, text: str, reply_to: int | None = None) -> Message:
        """Write a text or a /command; return the message as sent."""
        answer = await self.post("text", text=text, reply_to=reply_to)
        return dict(answer["message"])

    async def sends_photo(
        self,
        photo: bytes | list[bytes],
        caption: str | None = None,
        kind: str = "photo",
        name: str = "spot.jpg",
        mime: str = "application/octet-stream",
        reply_to: int | None = None,
        spoiler: bool = False,
    ) -> list[Message]:
        """Send a photo, or several as an album; `kind`: photo, document, sticker, video or voice. Returns what went."""
        files = photo if isinstance(photo, list) else [photo]
        how = {"kind": kind, "caption": caption, "reply_to": reply_to, "spoiler": spoiler}
        answer = await self.upload("file", files, name=name, mime=mime, **how)
        return list(answer["messages"])

    async def edits(
        self, message_id: int, text: str | None = None, photo: bytes | None = None, name: str = "spot.jpg"
    ) -> Message:
        """Change the text or caption of an own message, or its photo."""
        files = [photo] if photo is not None else []
        answer = await self.upload("edit", files, name=name, message_id=message_id, text=text)
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
                    pressed = await self.post("press", message_id=place["message_id"], data=found["data"])
                    return str(pressed["callback_query_id"])
        raise AssertionError(f"no button {button!r} in the chat")

    async def reacts(self, message: Message, emoji: str = "") -> None:
        """React to a message with an emoji, or take it back."""
        await self.post("react", message_id=message["message_id"], emoji=emoji)

    async def clears(self, *message_ids: int) -> None:
        """Delete messages on the phone; the bot is not told."""
        await self.post("delete", message_ids=list(message_ids))

    async def blocks(self, blocked: bool = True) -> None:
        """Block the bot, or take it back."""
        await self.post("block", blocked=blocked)

    async def waits_for(self, wanted: Wanted = "", timeout: float = TIMEOUT) -> Message:  # noqa: ASYNC109
        """Return the bot's next new or edited message, not returned before, that holds these words or fits.

        A message may come back once for each state it was in. Raises AssertionError with all that came instead.
        """

        def fits(event: Event) -> bool:
            return is_from_bot(event) and _fits(wanted, event["message"])

        event = await self.waits_for_event(fits, timeout=timeout, wish=repr(wanted))
        return dict(event["message"])

    async def waits_for_event(
        self,
        fits: Callable[[Event], bool],
        timeout: float = TIMEOUT,  # noqa: ASYNC109
        wish: str = "such an event",
    ) -> Event:
        """Return the next event of any kind, not returned before, that fits: answers to buttons, actions, …"""
        try:
            found = await self.event(lambda event: event["n"] not in self._taken and fits(event), timeout=timeout)
        except TimeoutError:
            raise AssertionError(f"waited {timeout} s for {wish}; what came:\n{_told(self.seen)}") from None
        self._taken.add(found["n"])
        return found

    async def waits_for_connection(self, timeout: float = TIMEOUT) -> None:  # noqa: ASYNC109
        """Wait until a bot asks the server for updates."""
        async with asyncio.timeout(timeout):
            while not (await self.state())["connected"]:  # noqa: ASYNC110 — nothing tells
                await asyncio.sleep(0.02)

    async def silence(self, seconds: float) -> None:
        """Wait, and fail if the bot says anything meanwhile."""
        before = len(self.seen)
        await asyncio.sleep(seconds)
        said = [event for event in self.seen[before:] if is_from_bot(event)]
        assert not said, f"the bot was not asked, yet it said:\n{_told(said)}"

    async def looks_at(self, message: Message, size: int | None = None) -> bytes:
        """Return the bytes of a message's picture or file."""
        query = {"size": str(size)} if size else {}
        async with self._session.get(f"chat/media/{message['media']['id']}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()


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
