"""The side of the server that bots see: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from typing import Any

from aiohttp import web

from bot.local.fault_injection import FaultInjection, InjectedFault
from bot.local.methods.registry import call_method, known
from bot.local.state.server_state import ServerState
from bot.local.wire.errors import ApiError, bad
from bot.local.wire.request_body import TooLargeError, UnreadableError, received

BODY_BYTES = 60 * 2**20
SMALL = 2**20  # bytes of a file that is sent in one piece
HELD = 30.0  # seconds that a "timeout" holds a connection
_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode  # in ASCII, as half of a surrogate pair has no other form
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")

log = logging.getLogger(__name__)


class Api:
    """Answers bots with the given token, or with any well-formed one where it is None."""

    def __init__(self, state: ServerState, faults: FaultInjection | None, token: str | None) -> None:
        self._state = state
        self._faults = faults
        self._token = token

    def routes(self, below: str = "") -> list[web.RouteDef]:
        """Return the routes for an aiohttp application, below a path."""
        return [
            web.get(f"{below}/bot{{token:[^/]+}}/{{method:[^/]*}}", self._not_by_get),
            web.post(f"{below}/bot{{token:[^/]+}}/{{method:[^/]*}}", self._method),
            web.get(f"{below}/file/bot{{token:[^/]+}}/{{path:.+}}", self._file),
        ]

    async def _not_by_get(self, request: web.Request) -> web.StreamResponse:
        # Telegram takes GET, too; here any page that a browser shows could call methods with it, as an image's address.
        return _refused(ApiError(405, "Method Not Allowed: call methods by POST"))

    async def _method(self, request: web.Request) -> web.StreamResponse:
        fault: InjectedFault | None = None
        try:
            self._check_token(request)
            method = known(request.match_info["method"])
            async with received(request, self._state.files, BODY_BYTES) as what:
                fault = self._faults.take(method) if self._faults else None
                if fault and fault.kind != "reply_lost":
                    return await _suffer(fault, request)
                result = await call_method(self._state, method, what.fields, dict(what.files))
        except (ApiError, TooLargeError, UnreadableError) as error:
            return _refused(error)
        except Exception:  # whatever is wrong in a method of ours: bots repeat a 500 in JSON, as they would Telegram's
            log.exception("The local server failed at %s", request.match_info["method"])
            return _refused(ApiError(500, "Internal Server Error"))
        if fault:
            return await _suffer(fault, request)
        return _answer({"ok": True, "result": result}, 200)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            fault = self._faults.take("file") if self._faults else None
            if fault and fault.kind != "reply_lost":
                return await _suffer(fault, request)
            found = self._state.files.find(request.match_info["path"])
            if found is None or self._state.paths_in:
                raise ApiError(404, "Not Found")
            path, size = await self._state.files.ready(*found)
            if size <= SMALL and not fault:
                return web.Response(body=path.read_bytes())  # quicker than a thread is woken
        except ApiError as error:
            return _refused(error)
        except OSError:
            return _refused(ApiError(404, "Not Found"))
        if fault:
            return await _suffer(fault, request)
        return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN.fullmatch(token) or (self._token is not None and token != self._token):
            raise ApiError(401, "Unauthorized")


def _refused(error: ApiError | TooLargeError | UnreadableError) -> web.Response:
    if isinstance(error, TooLargeError):
        error = ApiError(413, "Request Entity Too Large")
    elif isinstance(error, UnreadableError):
        error = bad(f"can't read the request: {error}")
    return _answer(error.as_json(), error.code)


def _answer(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(text=_AS_JSON(body), status=status, content_type="application/json")


async def _suffer(fault: InjectedFault, request: web.Request) -> web.StreamResponse:
    """Let a call go wrong: with an answer, or by closing its connection without one."""
    silent = fault.kind in ("timeout", "drop", "reply_lost")
    pause = HELD if fault.kind == "timeout" and fault.after_ms is None else (fault.after_ms or 0) / 1000
    await asyncio.sleep(pause)
    if fault.kind == "broken":
        return web.Response(text='{"ok": true, "resu', content_type="application/json")
    if fault.kind in ("slow", "endless"):
        return await _stream(request, slowly=fault.kind == "slow")
    if not silent and fault.body is not None:
        return web.Response(text=fault.body, status=int(fault.kind), content_type="text/html")
    if not silent:
        return _refused(fault.error())
    if request.transport:
        request.transport.close()
    return web.Response(status=499)


async def _stream(request: web.Request, *, slowly: bool) -> web.StreamResponse:
    """Answer with bytes until the other side has had enough of them."""
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"." if slowly else bytes(2**16))
            await asyncio.sleep(1 if slowly else 0)
    return response
