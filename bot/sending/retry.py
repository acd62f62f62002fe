"""Which errors of the Bot API may pass, and how its calls and downloads are repeated."""

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import BaseRateLimiter

from bot import metrics
from bot.retry import API_CALL, ENDLESS, ONCE, WHILE_HANDLING, RetryPolicy, Sleep, retry
from bot.sending import delivery
from bot.sending.answers import check_result

log = logging.getLogger(__name__)
T = TypeVar("T")

_POLICIES = {
    "sendChatAction": ONCE,  # one that comes late shows what is over
    "getMe": ONCE,  # asks whether the server answers now
    **dict.fromkeys(("getWebhookInfo", "setWebhook", "deleteWebhook"), ENDLESS),  # no update comes without
}
# A 500 of the Bot API that is final: the message was sent, and somebody in that chat, another bot most often, wants it gone.
_DELETED_AT_ONCE = "sent message was immediately deleted"
# As which failure an error is counted; the first kind that fits.
_CODES: dict[type[TelegramError], str] = {
    BadRequest: "400",
    ChatMigrated: "400",
    InvalidToken: "401",
    Forbidden: "403",
    Conflict: "409",
    RetryAfter: "429",
    TimedOut: "timeout",
}


class RetryingRequests(BaseRateLimiter[None]):
    """Repeats all requests but getUpdates, see `bot.updates.polling`, and downloads, see `download`.

    While an update is handled it repeats a call only after a hiccup: whoever must wait longer goes back to the queue. Each time
    before a person is sent something, `be_sure` is awaited: that the update is in the hands of this process, and of no other.
    """

    def __init__(
        self,
        *,
        be_sure: Callable[[], Awaitable[None]] | None = None,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._be_sure, self._sleep, self._chance = be_sure, sleep, chance

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Make the request until it is answered. Uploads must be bytes: a stream would be empty the second time.

        A request that timed out may have been carried out: an answer twice is better than none. One that was answered
        in an earlier attempt to handle the same update is not made again.
        """
        update = delivery.current.get()
        if update and (before := update.answered_before(endpoint, data)) is not None:
            return before  # type: ignore[no-any-return]
        call = partial(_counted, partial(_checked, endpoint, partial(callback, *args, **kwargs)))
        answer = await retry(
            partial(self._when_sure, call) if update and delivery.is_noticed(endpoint) else call,
            policy=_POLICIES.get(endpoint) or _policy(),
            least_pause=_least_pause_here,
            on_pause=partial(_log, endpoint),
            sleep=self._sleep,
            chance=self._chance,
        )
        if update:
            update.note(endpoint, data, answer)
        return answer

    async def _when_sure(self, call: Callable[[], Awaitable[T]]) -> T:
        if self._be_sure:
            await self._be_sure()
        return await call()


async def download(bot: Bot, path: str, *, sleep: Sleep = asyncio.sleep) -> bytes:
    """Return the bytes of the file that getFile says is at `path`, in memory. Raises TelegramError."""
    return await retry(
        partial(_counted, partial(bot.request.retrieve, file_url(bot, path))),
        policy=_policy(),
        least_pause=_least_pause_here,
        on_pause=partial(_log, "download"),
        sleep=sleep,
    )


def file_url(bot: Bot, path: str) -> str:
    """Return where a file is fetched from; it holds the token."""
    return f"{bot.base_file_url}/{quote(path)}"


def may_pass(error: Exception) -> bool:
    """Return whether an error of the Bot API says nothing about what was asked: the server or the network is in trouble.

    python-telegram-bot counts BadRequest among the errors of the network, but it is the server's answer.
    """
    if not isinstance(error, TelegramError):
        return False
    return not isinstance(error, BadRequest | Forbidden | ChatMigrated)


def least_pause(error: Exception) -> float | None:
    """Return the least seconds to wait before another try; None for an error that is final."""
    if isinstance(error, RetryAfter):
        return requested_pause(error)
    return 0.0 if isinstance(error, NetworkError) and may_pass(error) else None


def requested_pause(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause)


def count_failure(error: TelegramError) -> None:
    """Count a failed call, and how long Telegram asks to wait."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "network")
    metrics.telegram_errors.labels(code).inc()
    if isinstance(error, RetryAfter):
        metrics.wait_seconds.inc(requested_pause(error))


async def _checked(method: str, call: Callable[[], Awaitable[T]]) -> T:
    """Return a call's result. Raises NetworkError where it is none of this method's."""
    result = await call()
    check_result(method, result)
    return result


async def _counted(call: Callable[[], Awaitable[T]]) -> T:
    try:
        return await call()
    except TelegramError as error:
        count_failure(error)
        if _DELETED_AT_ONCE in error.message:
            raise Forbidden(error.message) from None
        raise


def _policy() -> RetryPolicy:
    return WHILE_HANDLING if delivery.current.get() else API_CALL


def _least_pause_here(error: Exception) -> float | None:
    """As `least_pause`; what took its full time already is not tried again where others wait for their turn."""
    if isinstance(error, TimedOut) and delivery.current.get():
        return None
    return least_pause(error)


def _log(call: str, error: Exception, pause: float) -> None:
    log.info("%s: %s; trying again in %.1f s", call, type(error).__name__, pause)
