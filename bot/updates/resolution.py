"""What becomes of an update after an attempt to handle it: done, tried again, or set aside. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, Self

from telegram.error import Forbidden, RetryAfter

from bot.retry import OUTAGE, RetryPolicy
from bot.sending.retry import may_pass, requested_pause
from bot.store import StoreError
from bot.workers import Busy

GIVE_UP_AFTER = timedelta(hours=24)  # of trouble that is nobody's fault: an answer that is later helps nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is known of an update after an attempt.

    `attempts` failed through its own fault before this one; its chat had `outages` in a row that were no fault of its
    own; `age` is the time since it was received.
    """

    attempts: int
    outages: int
    age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """How long is waited before another attempt: after an update's own fault, and after trouble that may pass."""

    own_fault: RetryPolicy
    outage: RetryPolicy

    @classmethod
    def paced_by(cls, own_fault: RetryPolicy) -> Self:
        """Return the policies of which an outage's is as much faster than usual as this one is."""
        longest = OUTAGE.longest / OUTAGE.first * own_fault.first
        return cls(own_fault=own_fault, outage=replace(OUTAGE, first=own_fault.first, longest=longest))


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """It is handled again after `pause` seconds; only a counted attempt brings it closer to being set aside."""

    pause: float
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """It is given up; `reason` is a code for the operator."""

    reason: str


Resolution = TryAgain | SetAside | Literal["done", "held"]


def resolve(tried: Tried, error: Exception | None, *, held: bool, policies: Policies) -> Resolution:
    """Return what becomes of an update whose attempt ended with this error, or with none."""
    if held:
        return "held"
    if error is None or isinstance(error, Forbidden):  # a person who has blocked the bot wants no answer
        return "done"
    if isinstance(error, Busy) or _is_locked(error):
        return TryAgain(pause=policies.own_fault.first, counted=False)
    if may_pass(error) or isinstance(error, StoreError):
        return _after_outage(tried, error, policies.outage)
    if policies.own_fault.allows(tried.attempts + 1):
        return TryAgain(pause=policies.own_fault.pause(tried.attempts + 1), counted=True)
    return SetAside(reason=type(error).__name__)


def _after_outage(tried: Tried, error: Exception, policy: RetryPolicy) -> Resolution:
    if tried.age > GIVE_UP_AFTER:
        return SetAside(reason=f"outage: {type(error).__name__}")
    asked = requested_pause(error) if isinstance(error, RetryAfter) else 0.0
    return TryAgain(pause=max(policy.pause(tried.outages + 1), asked), counted=False)


def _is_locked(error: Exception) -> bool:
    """Return whether others keep the database from us, which is over soon."""
    return isinstance(error, StoreError) and error.passes_soon
