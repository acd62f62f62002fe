"""Asking Telegram for updates, as python-telegram-bot does it, without its silences and its noise."""

import asyncio
import contextlib
import logging
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ExtBot, Updater

from bot.store import StoreError

log = logging.getLogger(__name__)

LAST_WORD = 2.0  # seconds


class PollingBot(ExtBot[None]):
    """A bot that notices when its token is refused: python-telegram-bot would stop asking, and nobody would know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused = asyncio.Event()
        self._leaving = False

    @property
    def refused(self) -> asyncio.Event:
        """Set once the server takes the token no more."""
        return self._refused

    def leave(self) -> None:
        """Say that polling is about to be stopped."""
        self._leaving = True

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """Return the updates that wait. Raises TelegramError, but none about the token."""
        if self._leaving:  # the last call: it confirms what the inbox would know again, so that it may fail
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await super().get_updates(*args, **kwargs)
            return ()
        try:
            return await super().get_updates(*args, **kwargs)
        except InvalidToken:
            self._refused.set()
            await asyncio.Event().wait()  # until polling is stopped
            raise


def polling_failed(error: TelegramError) -> None:
    """Say in a line what went wrong while asking for updates, which will be asked for again."""
    if isinstance(error, Conflict):
        log.error("another program asks for this bot's updates, and only one can: stop it, or give it its own bot")
    elif not isinstance(error.__cause__, StoreError):  # the inbox has said it already
        log.warning("updates cannot be fetched, trying again: %s", error)


async def stop_polling(updater: Updater, *, within: float) -> None:
    """Ask no more. A pause after a failure, which can be half a minute, is waited for no longer than `within` seconds."""
    if updater.running:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await updater.stop()
