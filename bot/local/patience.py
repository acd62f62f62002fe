"""Who connects and asks for nothing is cut off: so many may wait that nobody else gets in."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

PATIENCE = 20.0  # seconds that a connection has until its first request is there


class Door:
    """Makes the connections of a server; `hear` is the middleware by which it knows who has asked for something."""

    def __init__(self) -> None:
        self._silent: set[object] = set()

    def open(self, runner: web.AppRunner) -> asyncio.BaseProtocol:
        """Return a new connection, which is closed unless a request comes in time."""
        if runner.server is None:
            raise ConnectionAbortedError
        connection: web.RequestHandler = runner.server()
        self._silent.add(connection)
        asyncio.get_running_loop().call_later(PATIENCE, self._cut_off, connection)
        return connection

    def _cut_off(self, connection: web.RequestHandler) -> None:
        if connection in self._silent:
            self._silent.discard(connection)
            connection.force_close()

    @web.middleware
    async def hear(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a connection stay, since it has asked for something."""
        self._silent.discard(request.protocol)
        return await handler(request)
