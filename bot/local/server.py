"""A Bot API server on this machine, with a chat page: start, stop, and where it listens."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.local.api import Api
from bot.local.fault_injection import FaultInjection
from bot.local.host_check import check_host, same_machine_only
from bot.local.page_api import ChatPage
from bot.local.state.server_state import ServerState

GRACE = 0.2  # seconds that running requests have when the server stops


class LocalServer:
    """One server with its own chats. An async context manager; several may run in one process.

    `token` is the one token that bots may use; None accepts any well-formed one, and all of them are the same bot. Port 0
    takes a free port. With `inject_faults`, `faults` says what is to fail, and so does the page's API. Raises ValueError
    for a host that other machines can reach, unless `open_to_network`.
    """

    def __init__(
        self,
        *,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = "1:local",  # noqa: S107 — not a secret: it opens a server that only this machine can reach
        open_to_network: bool = False,
        inject_faults: bool = False,
        name: str = "Checkup",
        username: str = "checkup_local_bot",
    ) -> None:
        check_host(host, open_to_network=open_to_network)
        self._faults = FaultInjection() if inject_faults else None
        self.url = ""
        self._folder, self._host, self._port, self._token = folder, host, port, token
        self._name, self._username = name, username
        self._open_to_network = open_to_network
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
        """Begin to listen; `url` then says where. Raises OSError where the port is taken."""
        bot_id = int((self._token or "1:").split(":")[0])
        state = ServerState(self._folder, bot_id=bot_id, name=self._name, username=self._username)
        app = web.Application(
            middlewares=[] if self._open_to_network else [same_machine_only],
            client_max_size=60 * 2**20,
        )
        app.add_routes(Api(state, self._faults, self._token).routes())
        app.add_routes(ChatPage(state, self._faults).routes())
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
        self._state = state
        try:
            await self._runner.setup()
            site = web.TCPSite(self._runner, self._host, self._port)
            await site.start()
        except BaseException:
            await self.stop()
            raise
        self.url = _url(self._host, self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Send everybody home, stop listening and remove the files. Harmless when not running."""
        state, runner = self._state, self._runner
        self._state = self._runner = None
        if state:
            await state.close()
        if runner:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _url(host: str, port: int) -> str:
    shown = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
