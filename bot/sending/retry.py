"""Which errors of the Bot API may pass, and how its calls and downloads are repeated."""

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from telegram import File
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.retry import RetryPolicy, Sleep, retry

log = logging.getLogger(__name__)
T = TypeVar("T")

POLICY = RetryPolicy(attempts=5, total=300.0)
NOT_REPEATED = frozenset({"sendChatAction", "getMe"})  # a chat action that comes late shows what is over


class RetryingRequests(BaseRateLimiter[None]):
    """Repeats all requests but getUpdates, which the updater repeats itself, and downloads: see `download`."""

    def __init__(self, *, sleep: Sleep = asyncio.sleep, chance: Callable[[], float] = random.random) -> None:
        self._sleep, self._chance = sleep, chance

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
        if endpoint in NOT_REPEATED:
            return await callback(*args, **kwargs)
        return await _repeated(lambda: callback(*args, **kwargs), what=endpoint, sleep=self._sleep, chance=self._chance)


async def download(file: File, *, sleep: Sleep = asyncio.sleep) -> bytes:
    """Return a file's bytes, in memory, asking again as for other requests. Raises TelegramError."""
    return bytes(await _repeated(file.download_as_bytearray, what="download", sleep=sleep))


async def _repeated(
    call: Callable[[], Awaitable[T]],
    *,
    what: str,
    sleep: Sleep = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> T:
    """Call until it is answered. A request that timed out may have been done: an answer twice is better than none."""

    def failed(error: Exception, pause: float) -> None:
        log.info("%s: %s; trying again in %.1f s", what, type(error).__name__, pause)

    return await retry(call, policy=POLICY, passing=may_pass, failed=failed, sleep=sleep, chance=chance)


def may_pass(error: Exception) -> float | None:
    """Return the least seconds to wait before another try; None for an error that is final."""
    if isinstance(error, RetryAfter):
        return retry_after(error)
    # python-telegram-bot counts BadRequest among the errors of the network, but it is the server's answer.
    return 0.0 if isinstance(error, NetworkError) and not isinstance(error, BadRequest) else None


def retry_after(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause)
