"""An HTTP server of our own on one port: for the webhook, and for whoever watches the bot."""

import asyncio
import logging
import ssl
from itertools import islice

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

log = logging.getLogger(__name__)

GRACE = 5.0  # seconds that running requests have when it stops
PATIENCE = 20.0  # seconds that a connection has until its first request is there
IDLE = 75.0  # seconds for which it is kept for another one
MOST = 200  # connections at a time, of which Telegram uses 40: each is an open file, of which a process has not many


def _is_of_our_own(record: logging.LogRecord) -> bool:
    """Return whether an error is not about what was sent, which is no HTTP: anyone could fill the log with that, in their words."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


log.addFilter(_is_of_our_own)


class Listener:
    """Listens on one port, with TLS where there is a context for it. Who connects and asks for nothing is cut off."""

    def __init__(self, app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Prepare to listen; port 0 takes a free one."""
        self._app, self._host, self._port, self._tls = app, host, port, tls
        self._runner: web.AppRunner | None = None
        self._door: asyncio.Server | None = None
        self._silent: set[object] = set()  # connections without a request so far
        self._busy: set[object] = set()  # those whose request is being answered
        app.middlewares.append(self._hear)

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the port cannot be used."""
        # A body that was refused is not read to its end, and none is unpacked to more than was sent.
        self._runner = web.AppRunner(
            self._app,
            access_log=None,
            logger=log,
            handle_signals=False,
            lingering_time=0,
            auto_decompress=False,
            keepalive_timeout=IDLE,
            shutdown_timeout=GRACE,
        )
        try:
            await self._runner.setup()
            self._door = await asyncio.get_running_loop().create_server(
                self._connected,
                self._host,
                self._port,
                ssl=self._tls,
                ssl_handshake_timeout=PATIENCE if self._tls else None,
            )
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Listen no more, once running requests are answered. Harmless when not listening."""
        if self._door:
            self._door.close()
        runner, self._runner, self._door = self._runner, None, None
        if runner:
            await runner.cleanup()

    @property
    def address(self) -> str:
        """Where it listens, as host:port; empty when it does not."""
        if self._door is None or not self._door.sockets:
            return ""
        host, port = self._door.sockets[0].getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _connected(self) -> asyncio.BaseProtocol:
        if self._runner is None or self._runner.server is None:
            raise ConnectionAbortedError
        self._make_room(self._runner.server.connections)
        connection: web.RequestHandler = self._runner.server()
        self._silent.add(connection)
        asyncio.get_running_loop().call_later(PATIENCE, self._cut_off, connection)
        return connection

    def _make_room(self, connections: list[web.RequestHandler]) -> None:
        """Cut off who has been there longest and asks for nothing, where there are too many: whoever comes now may be Telegram."""
        idle = (one for one in connections if one not in self._busy)
        for one in islice(idle, max(0, len(connections) + 1 - MOST)):
            one.force_close()

    def _cut_off(self, connection: web.RequestHandler) -> None:
        if connection in self._silent:
            self._silent.discard(connection)
            connection.force_close()

    @web.middleware
    async def _hear(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._silent.discard(request.protocol)
        self._busy.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._busy.discard(request.protocol)
