"""A model server without Ray: the server's side of the contract behind Python's own HTTP server, and trouble on demand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import numpy as np

from classifiers.card import Card
from classifiers.engines.remote import contract
from classifiers.engines.remote.answer import answer
from classifiers.engines.remote.contract import Reply
from classifiers.engines.remote.served_model import ServedModel
from classifiers.errors import Fault
from classifiers.isolated.framing import Frame
from classifiers.registry import read_registry

DROPPED = Reply(status=0, kind="", body=b"")  # the connection is closed in place of an answer
BAD_GATEWAY = Reply(status=502, kind="text/html", body=b"<html>502 Bad Gateway</html>")
PAGE = Reply(status=200, kind="text/html", body=b"<html>Welcome</html>")  # of another program
ASKS_FOR_A_PASSWORD = Reply(status=401, kind="text/plain", body=b"who are you?")
NO_FRAME = Reply(status=200, kind=contract.FRAME, body=b"no frame at all")


class PlainModelServer:
    """Serves the models of some cards. `trouble` is answered to the next cases, one after another, in place of what is right.

    It can be stopped, and started again at the same address.
    """

    def __init__(self, *cards: tuple[Card, Path], trusted: tuple[str, ...] = (), port: int = 0) -> None:
        self.trouble: list[Reply] = []
        self.cases = 0  # that were asked for, also those that got trouble
        self.connections = 0
        self.authorizations: list[str | None] = []  # what cases came with
        self.hold: Callable[[], object] = lambda: None  # called before a case is answered
        self._models = {contract.path(card.id): (card, ServedModel(card, folder, trusted)) for card, folder in cards}
        self._port = port

    @classmethod
    def of(cls, registry: Path, *, port: int = 0) -> Self:
        """Return a server of the registry's cards; port 0 takes a free one."""
        cards = [(entry.card, entry.path.parent) for entry in read_registry(registry).entries if entry.card]
        return cls(*cards, port=port)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                ours.connections += 1
                ours._open.append(self.connection)

            def do_GET(self) -> None:
                ours._answer(self, b"")

            def do_POST(self) -> None:
                ours.authorizations.append(self.headers["Authorization"])
                ours._answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._open: list[Any] = []

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Nothing: whoever asked did not wait for the answer."""

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.drop_connections()

    def drop_connections(self) -> None:
        """Close what is open, as a machine that dies does."""
        for connection in self._open:
            connection.close()
        self._open.clear()

    def close(self) -> None:
        """End the models' processes."""
        for _, model in self._models.values():
            model.close()

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        reply = asyncio.run(self._reply(handler.path, handler.command, body))
        if reply is DROPPED:
            handler.close_connection = True
            return
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.kind)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)

    async def _reply(self, path: str, method: str, body: bytes) -> Reply:
        if path not in self._models:
            return Reply(status=404, kind="text/plain", body=b"nothing here")
        if method == "POST":
            self.cases += 1
            if self.trouble:
                return self.trouble.pop(0)
            self.hold()
        card, model = self._models[path]

        async def run(case: np.ndarray) -> Frame | Fault:
            (found,) = model.run_batch([case])
            return found

        return await answer(card, method, body, run)
