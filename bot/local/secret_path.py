"""What only those know who were shown it at the start: a path below which everything lies, and for a network a password."""

from __future__ import annotations

import base64
import hmac
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

USER = "checkup"  # whom the password is of, since browsers ask for a name, too


def new_secret() -> str:
    """Return a new path. Hexadecimal, so that it is never taken for `bot…` or `file`."""
    return secrets.token_hex(12)


def new_password() -> str:
    """Return a new password."""
    return secrets.token_urlsafe(9)


def asks_for(password: str, *, below: str) -> Middleware:
    """Return what refuses requests below a path without the password, and has browsers ask for it."""
    expected = b"Basic " + base64.b64encode(f"{USER}:{password}".encode())

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not request.path.startswith(below) or hmac.compare_digest(given.encode("utf-8", "replace"), expected):
            return await handler(request)
        why = {"error": "This needs the password that was printed at the start."}
        return web.json_response(why, status=401, headers={"WWW-Authenticate": f'Basic realm="{USER}"'})

    return check


async def lost(request: web.Request) -> web.StreamResponse:
    """Say to whom does not know the path where to find it."""
    why = "There is nothing here. Open the address that was printed when this server was started."
    if "text/html" in request.headers.get("Accept", ""):
        return web.Response(text=why, status=403)
    return web.json_response({"error": why}, status=403)
