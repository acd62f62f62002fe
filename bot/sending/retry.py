"""Patience with Telegram: a 429 waits as told, an unwell server or network is asked again, a "no" is final."""

import asyncio
import datetime as dt
import logging
import os
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from telegram import File
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

os.environ.setdefault("PTB_TIMEDELTA", "true")  # or python-telegram-bot warns of its own past at each RetryAfter

log = logging.getLogger(__name__)
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[object]]

MOST_TRIES = 5
MOST_WAITING = 300.0  # seconds, all tries together
AT_ONCE_OR_NEVER = frozenset({"sendChatAction", "getMe"})  # a sign of life that comes late is none


class Patience(BaseRateLimiter[None]):
    """The limiter of all requests but getUpdates, which the updater repeats itself, and downloads: see `download`."""

    def __init__(self, *, sleep: Sleep = asyncio.sleep, jitter: Callable[[], float] = random.random) -> None:
        self._sleep, self._jitter = sleep, jitter

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Make the request until it is answered. Uploads must be bytes: a stream would be empty the second time."""
        if endpoint in AT_ONCE_OR_NEVER:
            return await callback(*args, **kwargs)
        return await patiently(lambda: callback(*args, **kwargs), what=endpoint, sleep=self._sleep, jitter=self._jitter)


async def download(file: File, *, sleep: Sleep = asyncio.sleep) -> bytes:
    """Return a file's bytes, in memory, asking again as for other requests. Raises TelegramError."""
    return bytes(await patiently(file.download_as_bytearray, what="download", sleep=sleep))


async def patiently(
    call: Callable[[], Awaitable[T]],
    *,
    what: str,
    sleep: Sleep = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> T:
    """Return what `call` gives, calling it again after errors that may pass: up to five times, five minutes together.

    Exponential backoff with jitter. A request that timed out may have been done: being told twice beats not at all.
    """
    waited = 0.0
    for tried in range(1, MOST_TRIES + 1):
        try:
            return await call()
        except (NetworkError, RetryAfter) as error:
            pause = told_to_wait(error) if isinstance(error, RetryAfter) else 2 ** (tried - 1) * (0.75 + jitter() / 2)
            # BadRequest, though PTB counts it among the network's errors, is Telegram's last word
            if isinstance(error, BadRequest) or tried == MOST_TRIES or waited + pause > MOST_WAITING:
                raise
            log.info("%s: %s; trying again in %.1f s", what, type(error).__name__, pause)
        await sleep(pause)
        waited += pause
    raise AssertionError("the last try returns or raises")


def told_to_wait(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks for."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause)
