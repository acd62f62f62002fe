"""A Bot API server on this machine, with a chat page: start, stop, and where it listens."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.local.api import Api
from bot.local.chat import ChatPage
from bot.local.faults import Faults
from bot.local.host_check import check_host, same_machine_only
from bot.local.state import World

GRACE = 0.2  # seconds that running requests have when the server stops


class LocalServer:
    """One server with its own chats. An async context manager; several may run in one process.

    `token` is the one token bots may use, None lets any well-formed one in; all of them are the same bot. Port 0 takes
    a free port. Raises ValueError for a host that other machines can reach, unless `open_to_network`.
    """

    def __init__(
        self,
        *,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = "1:local",  # noqa: S107 — not a secret: it opens a server that only this machine can reach
        open_to_network: bool = False,
        name: str = "Checkup",
        username: str = "checkup_local_bot",
    ) -> None:
        check_host(host, open_to_network=open_to_network)
        self.faults = Faults()
        self.url = ""
        self._folder, self._host, self._port, self._token = folder, host, port, token
        self._name, self._username = name, username
        self._open_to_network = open_to_network
        self._runner: web.AppRunner | None = None
        self._world: World | None = None

    async def start(self) -> None:
        """Begin to listen; `url` then says where. Raises OSError where the port is taken."""
        bot_id = int((self._token or "1:").split(":")[0])
        world = World(self._folder, bot_id=bot_id, name=self._name, username=self._username)
        app = web.Application(
            middlewares=[] if self._open_to_network else [same_machine_only],
            client_max_size=60 * 2**20,
        )
        app.add_routes(Api(world, self.faults, self._token).routes())
        app.add_routes(ChatPage(world, self.faults).routes())
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
        self._world = world
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
        world, runner = self._world, self._runner
        self._world = self._runner = None
        if world:
            await world.close()
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
