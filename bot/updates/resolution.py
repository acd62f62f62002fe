"""What becomes of an update after an attempt to handle it: done, tried again, or set aside. Pure."""

from dataclasses import dataclass
from typing import Literal

from telegram.error import Forbidden, RetryAfter

from bot.retry import RetryPolicy
from bot.sending.retry import requested_pause
from bot.workers import Busy

_OUTAGE = 10  # times the first pause: how long is waited for Telegram or the database to come back


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """It is handled again after `pause` seconds; only a counted attempt brings it closer to being set aside."""

    pause: float
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """It is given up; `reason` is a code for the operator."""

    reason: str


Resolution = TryAgain | SetAside | Literal["done", "held", "skipped"]


def resolve(attempt: int, error: Exception | None, *, held: bool, own_fault: bool, policy: RetryPolicy) -> Resolution:
    """Return what becomes of an update; `attempt` is 0 where none was made.

    `own_fault` says whether the update caused the error itself: not where its disease is busy, or Telegram or the
    database is away.
    """
    if not policy.allows(attempt - 1):  # so often was the process killed while it was being handled
        return SetAside(reason="interrupted")
    if held:
        return "held"
    if error is None or isinstance(error, Forbidden):  # a person who has blocked the bot wants no answer
        return "done" if attempt else "skipped"
    if not own_fault:
        return TryAgain(pause=_outage_pause(error, policy), counted=False)
    if policy.allows(attempt):
        return TryAgain(pause=policy.pause(attempt), counted=True)
    return SetAside(reason=type(error).__name__)


def _outage_pause(error: Exception, policy: RetryPolicy) -> float:
    if isinstance(error, Busy):
        return policy.first
    asked = requested_pause(error) if isinstance(error, RetryAfter) else 0
    return max(_OUTAGE * policy.first, asked)
