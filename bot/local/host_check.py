"""Who may talk to the server at all: programs, and pages of its own, from this machine unless told otherwise."""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware


@lru_cache(64)
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


def own_pages_only(*, open_to_network: bool) -> Middleware:
    """Return what refuses all that a page from elsewhere makes a browser send.

    That is another Host than this machine's (DNS rebinding), another Origin than the Host, or a Sec-Fetch-Site that is
    not the server's own. Programs send none of the last two.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = request.headers
        told = headers.get("Sec-Fetch-Site"), headers.get("Origin")
        if _is_foreign(request.host, *told, open_to_network=open_to_network):
            why = "This server answers only programs, and pages of its own."
            return web.json_response({"error": why}, status=403)
        return await handler(request)

    return check


@lru_cache(256)  # of a page, or a program, they are always the same
def _is_foreign(host: str, site: str | None, origin: str | None, *, open_to_network: bool) -> bool:
    if site is not None and site.lower() not in {"none", "same-origin"}:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return True
    except ValueError:
        return True
    return not (is_loopback(name) or (open_to_network and _is_own_name(name)))


def _is_own_name(host: str) -> bool:
    """Return whether a network's host name or address may be this machine's: no name that somebody else can point here."""
    name = socket.gethostname().lower()
    if host.lower() in {name, f"{name.partition('.')[0]}.local"}:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
