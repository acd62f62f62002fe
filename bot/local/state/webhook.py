"""Updates brought to the bot: each chat's in order, several chats' at once, until it says that it has them."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp

from bot.local.state.updates import PendingUpdates, Update, chat_of

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0  # seconds until an update that was refused comes again
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)  # not of the wait for a free connection
Chats = set[int]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the bot wants its updates, and the secret that tells it they are ours.

    `certificate` is the only one that is trusted there, in PEM; without it, those that everybody trusts are.
    """

    url: str
    secret: str | None = dataclasses.field(default=None, repr=False)
    max_connections: int = 40
    certificate: str | None = dataclasses.field(default=None, repr=False)

    def tls(self) -> ssl.SSLContext:
        """Return how the bot's server is recognised. Raises ssl.SSLError for what is no certificate."""
        return ssl.create_default_context(cadata=self.certificate)


class Webhook:
    """Brings updates to the target; one that is not answered with 2xx comes again after a growing pause."""

    def __init__(self, updates: PendingUpdates) -> None:
        self._updates = updates
        self._task: asyncio.Task[None] | None = None
        self.target: Target | None = None
        self.last_error: tuple[int, str] | None = None

    async def set(self, target: Target | None) -> None:
        """Bring updates there from now on, or nowhere."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.target, self.last_error, self._task = target, None, None
        if target:
            self._task = asyncio.create_task(self._bring_all(target))

    def info(self) -> dict[str, Any]:
        """Return the WebhookInfo."""
        target = self.target
        found: dict[str, Any] = {
            "url": target.url if target else "",
            "has_custom_certificate": bool(target and target.certificate),
            "pending_update_count": len(self._updates),
        }
        if target:
            found["max_connections"] = target.max_connections
        if target and self.last_error:
            found["last_error_date"], found["last_error_message"] = self.last_error
        if self._updates.allowed:
            found["allowed_updates"] = list(self._updates.allowed)
        return found

    async def _bring_all(self, target: Target) -> None:
        connector = aiohttp.TCPConnector(ssl=target.tls(), limit=target.max_connections)
        busy = Chats()
        async with aiohttp.ClientSession(timeout=TIMEOUT, connector=connector) as session, asyncio.TaskGroup() as group:

            async def bring(update: Update) -> None:
                await self._until_taken(partial(_post, session, target, update))
                busy.discard(chat_of(update))
                self._updates.taken(update)

            while True:
                update = await self._updates.next(busy)
                busy.add(chat_of(update))
                group.create_task(bring(update))

    async def _until_taken(self, post: Callable[[], Awaitable[str | None]]) -> None:
        """Bring an update, again and again where that fails: only its own chat waits for it."""
        pause = FIRST_PAUSE
        while problem := await post():
            self.last_error = (int(time.time()), problem)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


async def _post(session: aiohttp.ClientSession, target: Target, update: Update) -> str | None:
    """Post one update; return what went wrong, None where the bot has it."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret} if target.secret else {}
    try:
        async with session.post(target.url, json=update, headers=headers, allow_redirects=False) as answer:
            await answer.read()
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Connection timed out"
    except aiohttp.ClientError as error:
        return f"Connection failed: {type(error).__name__}"
