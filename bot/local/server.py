"""A Bot API server on this machine, with a chat page: start, stop, and where it listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import socket
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.local.api import Api
from bot.local.fault_injection import FaultInjection
from bot.local.host_check import check_host, own_pages_only
from bot.local.own_folder import own
from bot.local.page_api import ChatPage
from bot.local.patience import Door
from bot.local.secret_path import asks_for, lost, new_password, new_secret
from bot.local.state.server_state import FILES, MESSAGES, ServerState

LOCAL_TOKEN = "1:local"  # noqa: S105 — opens only a server that nobody but programs of this machine can reach
BODY_BYTES = 60 * 2**20
GRACE = 0.2  # seconds that running requests have when the server stops

log = logging.getLogger(__name__)


def _is_of_our_own(record: logging.LogRecord) -> bool:
    """Return whether an error is not about what was sent, which is no HTTP: a stranger's words would be in the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError))


log.addFilter(_is_of_our_own)


class LocalServer:
    """One server with its own chats. An async context manager; several may run in one process.

    `url` is where everything is: the chat page, and for bots `<url>/bot<token>/…`. Its path is `secret`, by default a new
    one for each server, so that only those who were shown it find the page. Bots find their methods without it, too, at
    `api`: they have their token. `token` is the one that they may use; None accepts any well-formed one, and all of them
    are the same bot. Port 0 takes a free port. With `inject_faults`, `faults` says what is to fail, and so does the page's
    API. The newest `messages` are kept; an answer to one that is gone is no reply to it. Raises ValueError for a host that
    other machines can reach, unless `open_to_network`: then the page asks for `password`, and bots need a token that nobody
    can guess.
    """

    def __init__(
        self,
        *,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = LOCAL_TOKEN,
        secret: str | None = None,
        open_to_network: bool = False,
        inject_faults: bool = False,
        messages: int = MESSAGES,
    ) -> None:
        check_host(host, open_to_network=open_to_network)
        if open_to_network and token in {None, LOCAL_TOKEN}:
            raise ValueError("A server that is open to the network needs a token that nobody can guess.")
        self.password = new_password() if open_to_network else None
        self._faults = FaultInjection() if inject_faults else None
        self.api = self.url = ""
        self._secret = secret or new_secret()
        self._folder, self._host, self._port, self._token = folder, host, port, token
        self._open_to_network, self._messages = open_to_network, messages
        self._door = Door()
        self._held = contextlib.ExitStack()  # the folder
        self._listening: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None
        self._state: ServerState | None = None

    @property
    def faults(self) -> FaultInjection:
        """The faults to inject. Raises RuntimeError where the server was made without."""
        if self._faults is None:
            raise RuntimeError("faults can only be injected with inject_faults=True")
        return self._faults

    def give_paths(self, folder: Path | None = None) -> None:
        """From now on let files be read off the disk, not downloaded, as Telegram's own server does with --local.

        Their paths are in `folder` where that is what the server itself sees. Raises RuntimeError where it does not run.
        """
        if self._state is None:
            raise RuntimeError("the server does not run")
        self._state.paths_in = (folder or self._folder / "files").absolute()

    def send_update(self, kind: str, payload: dict[str, Any]) -> None:
        """Give the bot an update just as it is, also one that nobody in a chat here could cause.

        Raises RuntimeError where the server was made without `inject_faults`, or does not run.
        """
        if self._faults is None or self._state is None:
            raise RuntimeError("updates can only be made up on a running server with inject_faults=True")
        self._state.inject(kind, payload)

    async def start(self) -> None:
        """Begin to listen; `url` then says where. Raises OSError where the port is taken, or another server has the folder."""
        door = _listening(self._host, self._port)
        try:
            self._held.enter_context(own(self._folder))
            self._state = self._new_state()
            self._runner = web.AppRunner(
                self._application(self._state),
                access_log=None,
                logger=log,
                handle_signals=False,
                auto_decompress=False,
                shutdown_timeout=GRACE,
            )
            await self._runner.setup()
            self._listening = await asyncio.get_running_loop().create_server(
                partial(self._door.open, self._runner), sock=door
            )
        except BaseException:  # a cancelled start, too, gives the port back
            door.close()
            await self.stop()
            raise
        self.api = _url(self._host, door.getsockname()[1])
        self.url = f"{self.api}/{self._secret}"

    def _new_state(self) -> ServerState:
        bot_id = int((self._token or "1:").split(":")[0])
        return ServerState(
            self._folder, bot_id=bot_id, name="Checkup", username="checkup_local_bot", messages=self._messages
        )

    def _application(self, state: ServerState) -> web.Application:
        """Return everything below the secret path, and beside it the bots' methods alone."""
        api, below = Api(state, self._faults, self._token), f"/{self._secret}"
        checks = [self._door.hear, own_pages_only(open_to_network=self._open_to_network)]
        if self.password:
            checks.append(asks_for(self.password, below=f"{below}/"))
        # One application: where the page has one of its own, each request looks for its way twice.
        app = web.Application(middlewares=checks, client_max_size=BODY_BYTES)
        app.add_routes([*api.routes(below), *ChatPage(state, self._faults).routes(below), *api.routes()])
        app.router.add_get(below, _with_slash)
        app.router.add_route("*", f"/{{path:(?!{self._secret}/).*}}", lost)
        return app

    async def stop(self) -> None:
        """Send everybody home, stop listening and remove the files. Harmless when not running."""
        state, runner = self._state, self._runner
        self._state = self._runner = None
        if state:
            await state.close()
        if self._listening:
            self._listening.close()
        if runner:
            await runner.cleanup()
        self._held.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def remove_files(folder: Path) -> None:
    """Remove what people sent to a server that was killed, where none runs or will be started again."""
    if (folder / FILES).exists():
        with contextlib.suppress(OSError), own(folder):
            shutil.rmtree(folder / FILES, ignore_errors=True)


async def _with_slash(request: web.Request) -> web.StreamResponse:
    """Lead to the page's own address, which its parts are relative to."""
    raise web.HTTPFound(request.rel_url.with_path(f"{request.path}/", keep_query=True))


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0]  # noqa: S104
    return socket.create_server((str(address[0]), port), family=family, backlog=128)


def _url(host: str, port: int) -> str:
    shown = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
