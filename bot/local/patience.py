"""Who connects and asks for nothing is cut off: so many may wait that nobody else gets in."""

from __future__ import annotations

import asyncio
from itertools import islice

from aiohttp import web
from aiohttp.typedefs import Handler

PATIENCE = 20.0  # seconds that a connection has until its first request is there
MOST = 500  # connections at a time: each is an open file, of which a process has not many


class Door:
    """Makes the connections of a server; `hear` is the middleware by which it knows who has asked for something."""

    def __init__(self) -> None:
        self._silent: set[object] = set()
        self._busy: set[object] = set()

    def open(self, runner: web.AppRunner) -> asyncio.BaseProtocol:
        """Return a new connection, closed unless a request comes in time; where there are too many, the oldest idle one is."""
        if runner.server is None:
            raise ConnectionAbortedError
        idle = (one for one in runner.server.connections if one not in self._busy)
        for one in islice(idle, max(0, len(runner.server.connections) + 1 - MOST)):
            one.force_close()
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
        self._busy.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._busy.discard(request.protocol)
