"""Polling: asks for updates until it is stopped, ended by a refused token, and not held up by anything else."""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.retry import ENDLESS, retry
from bot.sending.retry import count_failure, least_pause
from bot.store import Replicas, StoreError
from bot.updates.intake import Intake, number_of
from bot.updates.token_check import is_refused
from bot.updates.webhook_info import remove_webhook

log = logging.getLogger(__name__)

WAIT = 20  # seconds that the server waits for updates before it answers that there are none
READ = 30.0  # seconds that an answer may take, beside those
BETWEEN = 0.1  # seconds from one call to the next where much is in hand: what comes meanwhile comes together
LAST_POLL = 2.0  # seconds that the call at the end may take


class Polling:
    """Asks for updates, and takes them in one after the other."""

    def __init__(self, bot: Bot, intake: Intake, *, kinds: Sequence[str], replicas: Replicas) -> None:
        """Ask for updates of these kinds while this one of the replicas leads: Telegram gives them to one at a time."""
        self.refused = asyncio.Event()  # set once the server refuses the token
        self._bot, self._intake, self._kinds, self._replicas = bot, intake, list(kinds), replicas
        self._next = 0  # the number after the last update that was taken in, which tells Telegram so
        self._task: asyncio.Task[None] | None = None
        self._answered = -math.inf  # when the server answered last
        self._keeps = False  # takes in what the server gave, and does not ask meanwhile

    @property
    def hears_telegram(self) -> bool:
        """Whether the server answered when it was asked lately: at the start, where another replica asks it since."""
        if self._task and (self._keeps or not self._replicas.leads.is_set()):
            return True
        return time.monotonic() - self._answered < 2 * WAIT + READ

    async def start(self) -> None:
        """Remove a webhook, with which polling is impossible, and begin. Raises InvalidToken."""
        await remove_webhook(self._bot)
        self._answered = time.monotonic()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ask for nothing more, and tell Telegram what was taken in."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._replicas.leads.is_set():
            return
        # A failure is harmless, because the database knows each update by its number.
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(LAST_POLL):
                await self._ask(wait=0)

    async def _run(self) -> None:
        while not self.refused.is_set():
            await self._replicas.leads.wait()
            asked = time.monotonic()
            if updates := await self._fetch():
                await self._keep(updates)
            if self._intake.is_busy:
                await asyncio.sleep(asked + BETWEEN - time.monotonic())

    async def _keep(self, updates: Sequence[Any]) -> None:
        """Take updates in, however long the database is away."""
        self._keeps = True
        try:
            for raw in updates:
                await retry(
                    partial(self._intake.take, raw),
                    policy=ENDLESS,
                    least_pause=lambda error: 0.0 if isinstance(error, StoreError) else None,
                    on_pause=partial(_log_kept, number_of(raw)),
                    sleep=self._replicas.pause,
                )
                self._next = max(self._next, (number_of(raw) or 0) + 1)
        finally:
            self._keeps, self._answered = False, time.monotonic()

    async def _fetch(self) -> list[Any]:
        """Return the updates that wait; none where the token is refused."""
        try:
            return await retry(self._ask, policy=ENDLESS, least_pause=_least_pause, on_pause=_log)
        except InvalidToken:
            if await is_refused(self._bot):
                self.refused.set()
            return []

    async def _ask(self, *, wait: int = WAIT) -> list[Any]:
        data = {"offset": self._next, "timeout": wait, "allowed_updates": self._kinds}
        # Not get_updates: one update that cannot be read would hold up all others.
        answer: Any = await self._bot._post("getUpdates", data, read_timeout=READ + wait)
        if not isinstance(answer, list):
            raise NetworkError("getUpdates was answered with something else than a list")
        self._answered = time.monotonic()
        return answer


def _least_pause(error: Exception) -> float | None:
    """Return the seconds to wait at least; nothing but a refused token ends polling."""
    return None if isinstance(error, InvalidToken) else least_pause(error) or 0.0


def _log(error: Exception, pause: float) -> None:
    if isinstance(error, TelegramError):
        count_failure(error)
    if not isinstance(error, Conflict):
        what = error if isinstance(error, TelegramError) else type(error).__name__
        log.warning("updates cannot be fetched, trying again in %.1f s: %s", pause, what)
    elif "webhook" in str(error):
        log.error(
            "another program has set a webhook for this bot, and updates go there: stop that program and start this one "
            "again, or give it its own bot"
        )
    else:
        log.error("another program asks for this bot's updates, and only one can: stop it, or give it its own bot")


def _log_kept(number: int | None, error: Exception, pause: float) -> None:
    log.error("update %s stays at Telegram: the database is away, trying again in %.1f s: %s", number, pause, error)
