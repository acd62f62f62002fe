"""Who may talk to the server at all: this machine, unless told otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine and nothing but this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_host(host: str, *, open_to_network: bool) -> None:
    """Raise ValueError, saying what to do, where the host would be reached from other machines and nobody asked."""
    if not open_to_network and not is_loopback(host):
        raise ValueError(
            f'"{host}" can be reached from other machines, and anybody there could read the chats. '
            "Listen on 127.0.0.1, or say open_to_network=True if that is what you want."
        )


@web.middleware
async def same_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a web page from elsewhere makes the browser send: a foreign Host (DNS rebinding) or Origin."""
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
    except ValueError:
        foreign, host = True, ""
    if foreign or not is_loopback(host):
        return web.json_response({"error": "This server answers only pages and programs of this machine."}, status=403)
    return await handler(request)
