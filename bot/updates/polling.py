"""Polling: getUpdates, repeated like all other calls, ended by a refused token, and not held up by one bad update."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.retry import ENDLESS, RetryPolicy, retry
from bot.sending.retry import least_pause

log = logging.getLogger(__name__)

READ = 30.0  # seconds that an answer may take, beside those for which the server waits for updates
LAST_POLL = 2.0  # seconds that the call at the end may take
DOUBT = RetryPolicy(
    attempts=5
)  # how often a refused token is tried again before it is believed: a proxy may answer 404


class PollingBot(ExtBot[None]):
    """A bot that notices when its token is refused: python-telegram-bot would stop polling, and nobody would know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused = asyncio.Event()
        self._stopping = False
        self._past = 0  # the number after the last update that could not be read
        self._keep_unreadable: Callable[[int, str], Awaitable[None]] | None = None

    @property
    def refused(self) -> asyncio.Event:
        """Set once the server refuses the token."""
        return self._refused

    def on_unreadable(self, keep: Callable[[int, str], Awaitable[None]]) -> None:
        """Call `keep` with the number and the JSON of each update that cannot be read."""
        self._keep_unreadable = keep

    def prepare_to_stop(self) -> None:
        """Say that polling is about to be stopped: the next call is the last one."""
        self._stopping = True

    async def get_updates(self, *_: Any, **asked: Any) -> tuple[Update, ...]:
        """Return the updates that wait and can be read. Raises no TelegramError."""
        wait = asked.get("timeout") or 0
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        poll = partial(self._poll, asked.get("offset") or 0, seconds, asked.get("allowed_updates"))
        if self._stopping:
            # It confirms what was received; a failure is harmless, because the queue knows each update by its id.
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(LAST_POLL):
                    await poll()
            return ()
        while True:
            try:
                return await retry(poll, policy=ENDLESS, least_pause=_least_pause, on_pause=_log)
            except InvalidToken:
                if await self._is_refused():
                    self._refused.set()
                    await asyncio.Event().wait()  # until polling is stopped
                    raise

    async def _poll(self, offset: int, seconds: float, kinds: Sequence[str] | None) -> tuple[Update, ...]:
        data = {"offset": max(offset, self._past), "timeout": int(seconds), "allowed_updates": kinds}
        answer: Any = await self._post("getUpdates", data, read_timeout=READ + seconds)
        if not isinstance(answer, list):
            raise NetworkError("getUpdates was answered with something else than a list")
        readable = [await self._read(raw) for raw in answer]
        return tuple(update for update in readable if update is not None)

    async def _read(self, raw: Any) -> Update | None:
        """Return an update; one that cannot be read is kept aside by its number, and None."""
        try:
            return Update.de_json(raw, self)
        except Exception as error:  # whatever it is: its message may quote what a person sent
            number = raw.get("update_id") if isinstance(raw, dict) else None
            if isinstance(number, int) and self._keep_unreadable:
                await self._keep_unreadable(number, json.dumps(raw))
                self._past = max(self._past, number + 1)
            else:
                log.error("an update without a number cannot be read: %s", type(error).__name__)
            return None

    async def _is_refused(self) -> bool:
        """Return whether getMe says so, too, again and again: some servers and proxies answer 401 or 404 for a moment."""
        try:
            await retry(self.get_me, policy=DOUBT, least_pause=_least_doubt, on_pause=_log)
        except InvalidToken:
            return True
        except TelegramError:
            return False
        return False


def _least_pause(error: Exception) -> float | None:
    """Return the seconds to wait at least; nothing but a refused token ends polling."""
    if isinstance(error, InvalidToken) or not isinstance(error, TelegramError):
        return None
    return least_pause(error) or 0


def _least_doubt(error: Exception) -> float | None:
    return 0.0 if isinstance(error, InvalidToken) else None


def _log(error: Exception, pause: float) -> None:
    if isinstance(error, Conflict):
        log.error("another program asks for this bot's updates, and only one can: stop it, or give it its own bot")
    else:
        log.warning("updates cannot be fetched, trying again in %.1f s: %s", pause, error)
