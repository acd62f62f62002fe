"""The side of the server that people see: the chat page, and what its buttons and fields do."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.local import views
from bot.local.actor import Hand, deleted, edited, person_and_chat, pressed, sent_files, sent_text
from bot.local.errors import PageError
from bot.local.events import END
from bot.local.faults import Faults
from bot.local.receipt import Received, TooLargeError, UnreadableError, received
from bot.local.state import World

BODY_BYTES = 200 * 2**20
PING = 15.0  # seconds between signs of life on a quiet stream
PAGE = Path(__file__).with_name("page")
SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif")  # what may be shown in the page; the rest is downloaded
RULES = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

Action = Callable[[World, Hand, Received], Awaitable[dict[str, Any]]]


class ChatPage:
    """Serves the page and its API. Errors are HTTP 4xx with {"error": a sentence}."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for an aiohttp application."""
        actions: dict[str, Action] = {
            "text": sent_text,
            "file": sent_files,
            "edit": edited,
            "press": pressed,
            "delete": deleted,
            "block": self._block,
            "faults": self._add_fault,
        }
        return [
            web.get("/", self._index),
            web.get("/page/{path:.+}", self._page),
            web.get("/chat/state", self._state),
            web.get("/chat/events", self._events),
            web.get("/chat/media/{id}", self._media),
            web.delete("/chat/faults", self._clear_faults),
            *(web.post(f"/chat/{name}", self._doing(action)) for name, action in actions.items()),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _static("index.html")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return _static(request.match_info["path"])

    async def _state(self, request: web.Request) -> web.StreamResponse:
        world = self._world
        try:
            person, chat_id = person_and_chat(dict(request.query))
        except PageError as error:
            return _json({"error": error.sentence}, error.code)
        return _json(
            {
                "bot": world.profile.seen_in(chat_id, person.language),
                "connected": world.updates.polled_lately or world.webhook.target is not None,
                "messages": [views.for_page(message) for message in world.messages(chat_id)],
                "n": world.events.last,
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            _, chat_id = person_and_chat(dict(request.query))
            seen = int(request.headers.get("Last-Event-ID") or request.query.get("since") or 0)
        except (PageError, ValueError):
            return _json({"error": "chat and since must be whole numbers"}, 400)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        with contextlib.suppress(ConnectionError), self._world.events.watch(chat_id) as queue:
            for event in self._world.events.since(chat_id, seen):
                await _write(stream, event)
            while not self._world.closed:
                try:
                    event = await asyncio.wait_for(queue.get(), PING)
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                else:
                    if event["kind"] == END:
                        break
                    await _write(stream, event)
        return stream

    async def _media(self, request: web.Request) -> web.StreamResponse:
        found = self._world.files.find(request.match_info["id"])
        if found is None:
            return _json({"error": "This file is not here any more."}, 404)
        media, file = found
        if media.kind == "photo" and request.query.get("size", "").isdigit():
            least = int(request.query["size"])
            file = next((size for size in media.files if max(size.width, size.height) >= least), media.main)
        try:
            path, _ = await self._world.files.ready(media, file)
        except OSError:
            return _json({"error": "This file is not here any more."}, 404)
        headers = {
            "Content-Type": file.mime if file.mime in SHOWN or media.kind in ("video", "voice") else "text/plain",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        if file.mime not in SHOWN:
            headers["Content-Disposition"] = "attachment"
        return web.FileResponse(path, headers=headers)

    def _doing(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                async with received(request, self._world.files, BODY_BYTES) as what:
                    return _json(await action(self._world, Hand.read(what.fields), what))
            except PageError as error:
                return _json({"error": error.sentence}, error.code)
            except TooLargeError:
                return _json({"error": "This file is too large for the chat page."}, 413)
            except UnreadableError as error:
                return _json({"error": f"The request cannot be read: {error}"}, 400)

        return handle

    async def _block(self, world: World, hand: Hand, what: Received) -> dict[str, Any]:
        blocked = what.fields.get("blocked")
        if not isinstance(blocked, bool):
            raise PageError(400, "blocked must be true or false")
        world.block(hand.person, blocked)
        return {"blocked": blocked}

    async def _add_fault(self, world: World, hand: Hand, what: Received) -> dict[str, Any]:
        wanted = {name: value for name, value in what.fields.items() if name not in ("person", "chat", "language")}
        try:
            fault = self._faults.add(**wanted)
        except (TypeError, ValueError) as error:
            raise PageError(400, str(error)) from None
        return {"method": fault.method, "kind": fault.kind, "times": fault.times}

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:
        self._faults.clear()
        return _json({})


async def _write(stream: web.StreamResponse, event: dict[str, Any]) -> None:
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    await stream.write(f"id: {event['n']}\ndata: {text}\n\n".encode())


def _static(path: str) -> web.StreamResponse:
    file = (PAGE / path).resolve()
    if not file.is_relative_to(PAGE.resolve()) or not file.is_file():
        return _json({"error": "There is no such page."}, 404)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": RULES, "X-Content-Type-Options": "nosniff"}
    if file.suffix == ".js":
        headers["Content-Type"] = "text/javascript; charset=utf-8"  # a system's MIME table may say something older
    return web.FileResponse(file, headers=headers)


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")
