"""Polling: getUpdates, repeated like all other calls, and ended by a refused token."""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.retry import ENDLESS, retry
from bot.sending.retry import least_pause

log = logging.getLogger(__name__)

LAST_POLL = 2.0  # seconds that the call at the end may take


class PollingBot(ExtBot[None]):
    """A bot that notices when its token is refused: python-telegram-bot would stop polling, and nobody would know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused = asyncio.Event()
        self._stopping = False

    @property
    def refused(self) -> asyncio.Event:
        """Set once the server refuses the token."""
        return self._refused

    def prepare_to_stop(self) -> None:
        """Say that polling is about to be stopped: the next call is the last one."""
        self._stopping = True

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """Return the updates that wait. Raises no TelegramError."""
        poll = partial(super().get_updates, *args, **kwargs)
        if (
            self._stopping
        ):  # it confirms what was received; a failure is harmless, because the queue knows each update by its id
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(LAST_POLL):
                    await poll()
            return ()
        try:
            return await retry(poll, policy=ENDLESS, least_pause=_least_pause, on_pause=_log)
        except InvalidToken:
            self._refused.set()
            await asyncio.Event().wait()  # until polling is stopped
            raise


def _least_pause(error: Exception) -> float | None:
    """Return the seconds to wait at least; nothing but a refused token ends polling."""
    if isinstance(error, InvalidToken) or not isinstance(error, TelegramError):
        return None
    return least_pause(error) or 0


def _log(error: Exception, pause: float) -> None:
    if isinstance(error, Conflict):
        log.error("another program asks for this bot's updates, and only one can: stop it, or give it its own bot")
    else:
        log.warning("updates cannot be fetched, trying again in %.1f s: %s", pause, error)
