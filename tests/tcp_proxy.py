"""The network between a bot and its server, which can be away for a while."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class TcpProxy:
    """Passes everything on to a server while it is open. `url` stays the same."""

    def __init__(self, url: str) -> None:
        self._host, self._port = urlsplit(url).hostname, urlsplit(url).port
        self._own_port = 0
        self._passing: set[asyncio.Task[None]] = set()
        self.knocks = 0  # connections so far
        self.carried = {"out": 0, "in": 0}  # bytes so far, as the one who connects sees it

    async def open(self) -> None:
        """Let everybody through."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._own_port)
        self._own_port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Let nobody through, and cut off who is on the way."""
        self._server.close()
        for task in list(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where the bot finds its server."""
        return f"http://127.0.0.1:{self._own_port}"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()

    def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._both_ways(reader, writer))
        self.knocks += 1
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        task.add_done_callback(lambda _: writer.close())  # also where it is cut off before it has begun

    async def _both_ways(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        try:
            ways = {asyncio.ensure_future(self._pour(*way)) for way in (("out", reader, back), ("in", there, writer))}
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            writer.close()
            back.close()
            for end in (writer, back):
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pour(self, way: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while some := await source.read(2**16):
                self.carried[way] += len(some)
                sink.write(some)
                await sink.drain()
