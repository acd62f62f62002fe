"""An HTTP server of our own on one port: for the webhook, and for whoever watches the bot."""

import ssl

from aiohttp import web

GRACE = 5.0  # seconds that running requests have when it stops


class Listener:
    """Listens on one port, with TLS where there is a context for it."""

    def __init__(self, app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Prepare to listen; port 0 takes a free one."""
        self._app, self._host, self._port, self._tls = app, host, port, tls
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the port cannot be used."""
        # A body that was refused is not read to its end, and none is unpacked to more than was sent.
        self._runner = web.AppRunner(
            self._app,
            access_log=None,
            handle_signals=False,
            lingering_time=0,
            auto_decompress=False,
            shutdown_timeout=GRACE,
        )
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, self._host, self._port, ssl_context=self._tls).start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Listen no more, once running requests are answered. Harmless when not listening."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    @property
    def address(self) -> str:
        """Where it listens, as host:port; empty when it does not."""
        if self._runner is None or not self._runner.addresses:
            return ""
        host, port = self._runner.addresses[0][:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
