"""What becomes of an update: done, tried again with or without counting it, or set aside."""

from __future__ import annotations

import datetime as dt

import pytest
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.retry import UPDATE, RetryPolicy
from bot.sending.transport import TooManyRequests
from bot.store import StoreError
from bot.updates.resolution import GIVE_UP_AFTER, Policies, Resolution, SetAside, Tried, TryAgain, resolve
from bot.workers import Busy

ATTEMPTS = UPDATE.attempts or 0
OUTAGE = RetryPolicy(first=5.0, longest=60.0, jitter=0.0)
POLICIES = Policies(own_fault=UPDATE, outage=OUTAGE)
NOT_ITS_FAULT = [
    NetworkError("Bad Gateway"),
    TimedOut("too slow"),
    TelegramError("Invalid server response"),
    Conflict("another program"),
    InvalidToken("Unauthorized"),
    TooManyRequests(dt.timedelta(seconds=1)),
    StoreError("unreachable", database="d", detail="away"),
]
LOCKED = StoreError("locked", database="d", detail="another program writes")


def of(
    error: Exception | None = None, *, attempts: int = 0, outages: int = 0, hours: float = 0, held: bool = False
) -> Resolution:
    tried = Tried(attempts=attempts, outages=outages, age=dt.timedelta(hours=hours))
    return resolve(tried, error, held=held, policies=POLICIES)


def test_what_was_answered_is_done() -> None:
    assert of() == "done"


def test_what_waits_for_its_persons_answer_is_held() -> None:
    assert of(held=True) == "held"


def test_whoever_has_blocked_the_bot_is_not_tried_again() -> None:
    assert of(Forbidden("bot was blocked by the user")) == "done"


@pytest.mark.parametrize("error", [BadRequest("no"), RuntimeError(), TimeoutError()])
def test_a_failure_is_tried_again_each_time_after_a_longer_pause_and_set_aside_in_the_end(error: Exception) -> None:
    again = [of(error, attempts=before) for before in range(ATTEMPTS - 1)]
    assert again == [TryAgain(pause=UPDATE.first * 2**at, counted=True) for at in range(ATTEMPTS - 1)]
    assert of(error, attempts=ATTEMPTS - 1) == SetAside(reason=type(error).__name__)


@pytest.mark.parametrize("error", NOT_ITS_FAULT)
def test_an_outage_counts_as_no_attempt_however_often_it_happens_and_is_given_up_by_age(error: Exception) -> None:
    assert of(error, attempts=ATTEMPTS - 1, outages=0) == TryAgain(pause=5.0, counted=False)
    assert of(error, outages=99, hours=23) == TryAgain(pause=60.0, counted=False)
    longer = GIVE_UP_AFTER.total_seconds() / 3600 + 1
    assert of(error, hours=longer) == SetAside(reason=f"outage: {type(error).__name__}")


def test_whoever_is_told_to_wait_waits_that_long() -> None:
    assert of(TooManyRequests(dt.timedelta(seconds=99))) == TryAgain(pause=99, counted=False)


@pytest.mark.parametrize("error", [Busy(), LOCKED])
def test_what_is_over_soon_is_tried_again_soon_however_old_the_update(error: Exception) -> None:
    assert of(error, attempts=ATTEMPTS - 1, outages=9, hours=99) == TryAgain(pause=UPDATE.first, counted=False)
