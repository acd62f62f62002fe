"""The side of the server that people see: the chat page, and what its buttons and fields do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.local.actor import Actor, deleted, edited, person_and_chat, pressed, reacted, sent_files, sent_text
from bot.local.fault_injection import FaultInjection
from bot.local.state.events import END
from bot.local.state.server_state import ServerState
from bot.local.wire import views
from bot.local.wire.errors import PageError
from bot.local.wire.request_body import Received, TooLargeError, UnreadableError, received

BODY_BYTES = 200 * 2**20
PING = 15.0  # seconds between signs of life on a quiet stream
PAGE = Path(__file__).with_name("page")
SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif")  # what may be shown in the page; the rest is downloaded
RULES = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FILE_GONE = PageError(404, "This file is not here any more.", "file_gone")
TOO_LARGE = PageError(413, "This file is too large for the chat page.", "too_large")
_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Action = Callable[[ServerState, Actor, Received], Awaitable[dict[str, Any]]]


class ChatPage:
    """Serves the page and its API. Errors are HTTP 4xx with {"error": a sentence, "why": a name for it}."""

    def __init__(self, state: ServerState, faults: FaultInjection | None) -> None:
        """Serve this state; without `faults` there is no way to inject any."""
        self._state = state
        self._faults = faults

    def routes(self, below: str) -> list[web.RouteDef]:
        """Return the routes for an aiohttp application, below a path."""
        actions: dict[str, Action] = {
            "text": sent_text,
            "file": sent_files,
            "edit": edited,
            "press": pressed,
            "react": reacted,
            "delete": deleted,
            "block": self._block,
        }
        if self._faults is not None:
            actions["faults"] = partial(_add_fault, self._faults)
        return [
            web.get(f"{below}/", self._index),
            web.get(f"{below}/page/{{path:.+}}", self._page),
            web.get(f"{below}/chat/state", self._show_state),
            web.get(f"{below}/chat/events", self._events),
            web.get(f"{below}/chat/media/{{id}}", self._media),
            *(
                [web.delete(f"{below}/chat/faults", partial(_clear_faults, self._faults))]
                if self._faults is not None
                else []
            ),
            *(web.post(f"{below}/chat/{name}", self._doing(action)) for name, action in actions.items()),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _static("index.html")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return _static(request.match_info["path"])

    async def _show_state(self, request: web.Request) -> web.StreamResponse:
        state = self._state
        try:
            person, chat_id = person_and_chat(dict(request.query))
        except PageError as error:
            return _refused(error)
        return _json(
            {
                "bot": state.profile.seen_in(chat_id, person.language),
                "connected": state.updates.polled_lately or state.webhook.target is not None,
                "messages": [views.for_page(message) for message in state.messages(chat_id)],
                "n": state.events.last,
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
        with contextlib.suppress(ConnectionError), self._state.events.watch(chat_id) as queue:
            for event in self._state.events.since(chat_id, seen):
                await _write(stream, event)
            while not self._state.closed:
                try:
                    async with asyncio.timeout(PING):
                        event = await queue.get()
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                else:
                    if event["kind"] == END:
                        break
                    await _write(stream, event)
        return stream

    async def _media(self, request: web.Request) -> web.StreamResponse:
        found = self._state.files.find(request.match_info["id"])
        if found is None:
            return _refused(FILE_GONE)
        media, file = found
        if media.kind == "photo" and re.fullmatch(r"[0-9]{1,6}", request.query.get("size", "")):
            least = int(request.query["size"])
            file = next((size for size in media.files if max(size.width, size.height) >= least), media.main)
        try:
            path, _ = await self._state.files.ready(media, file)
        except OSError:
            return _refused(FILE_GONE)
        headers = {
            "Content-Type": file.mime if file.mime in SHOWN or media.kind in ("video", "voice") else "text/plain",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",  # a photo is gone when the server is
        }
        if file.mime not in SHOWN:
            headers["Content-Disposition"] = "attachment"
        return web.FileResponse(path, headers=headers)

    def _doing(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                async with received(request, self._state.files, BODY_BYTES) as what:
                    return _json(await action(self._state, Actor.read(what.fields), what))
            except PageError as error:
                return _refused(error)
            except TooLargeError:
                return _refused(TOO_LARGE)
            except UnreadableError as error:
                return _json({"error": f"The request cannot be read: {error}"}, 400)

        return handle

    async def _block(self, state: ServerState, actor: Actor, what: Received) -> dict[str, Any]:
        blocked = what.fields.get("blocked")
        if not isinstance(blocked, bool):
            raise PageError(400, "blocked must be true or false")
        state.block(actor.person, blocked)
        return {"blocked": blocked}


async def _add_fault(faults: FaultInjection, state: ServerState, actor: Actor, what: Received) -> dict[str, Any]:
    wanted = {name: value for name, value in what.fields.items() if name not in ("person", "chat", "language")}
    try:
        fault = faults.add(**wanted)
    except (TypeError, ValueError) as error:
        raise PageError(400, str(error)) from None
    return {"method": fault.method, "kind": fault.kind, "times": fault.times}


async def _clear_faults(faults: FaultInjection, request: web.Request) -> web.StreamResponse:
    faults.clear()
    return _json({})


async def _write(stream: web.StreamResponse, event: dict[str, Any]) -> None:
    seen = event | {"message": views.for_page(event["message"])} if "message" in event else event
    await stream.write(f"id: {event['n']}\ndata: {_AS_JSON(seen)}\n\n".encode())


def _static(path: str) -> web.StreamResponse:
    file = _file_of_the_page(path)
    if file is None:
        return _json({"error": "There is no such page."}, 404)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": RULES, "X-Content-Type-Options": "nosniff"}
    if file.suffix == ".js":
        headers["Content-Type"] = "text/javascript; charset=utf-8"  # a system's MIME table may say something older
    return web.FileResponse(file, headers=headers)


def _file_of_the_page(path: str) -> Path | None:
    try:
        file = (PAGE / path).resolve()
        return file if file.is_relative_to(PAGE.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # no file can have such a name
        return None


def _refused(error: PageError) -> web.Response:
    return _json(error.as_json(), error.code)


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(text=_AS_JSON(body), status=status, content_type="application/json")
