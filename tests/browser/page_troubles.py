"""What goes wrong in a browser window without anybody seeing it."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, Page, Request, Response


class Troubles:
    """What went wrong in the browser: errors on the console, requests that failed or left this machine."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._server_away = False

    def watch(self, page: Page) -> None:
        """Write down what goes wrong in this window."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.seen.append(f"uncaught: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def server_goes_away(self) -> None:
        """From now on requests may find nobody: the test stops the server."""
        self._server_away = True

    def _said(self, message: ConsoleMessage) -> None:
        lost = "Failed to load resource" in message.text or "ERR_" in message.text
        if message.type in ("error", "warning") and not (self._server_away and lost):
            self.seen.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.seen.append(f"left this machine: {request.url}")

    def _failed(self, request: Request) -> None:
        # A picture that is taken off the page while it loads, or a stream that the page closes, is aborted on purpose.
        if not self._server_away and request.failure != "net::ERR_ABORTED":
            self.seen.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not self._server_away:
            self.seen.append(f"{response.status}: {response.url}")
