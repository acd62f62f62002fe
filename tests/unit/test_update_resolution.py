"""What becomes of an update: done, tried again with or without counting it, or set aside."""

from __future__ import annotations

import datetime

import pytest
from telegram.error import BadRequest, Forbidden

from bot.retry import UPDATE
from bot.sending.transport import TooManyRequests
from bot.updates.resolution import Resolution, SetAside, TryAgain, resolve
from bot.workers import Busy

ATTEMPTS = UPDATE.attempts or 0
PAUSE = UPDATE.first


def of(attempt: int, error: Exception | None = None, *, held: bool = False, own_fault: bool = True) -> Resolution:
    return resolve(attempt, error, held=held, own_fault=own_fault, policy=UPDATE)


def test_what_was_answered_is_done() -> None:
    assert of(1) == "done"


def test_what_was_not_even_tried_stays_as_it_is() -> None:
    assert of(0) == "skipped"


def test_what_waits_for_its_persons_answer_is_held() -> None:
    assert of(1, held=True) == "held"


def test_whoever_has_blocked_the_bot_is_not_tried_again() -> None:
    assert of(1, Forbidden("bot was blocked by the user")) == "done"


def test_a_failure_is_tried_again_each_time_after_a_longer_pause_and_set_aside_in_the_end() -> None:
    again = [of(attempt, BadRequest("no")) for attempt in range(1, ATTEMPTS)]
    assert again == [TryAgain(pause=PAUSE * 2**at, counted=True) for at in range(ATTEMPTS - 1)]
    assert of(ATTEMPTS, BadRequest("no")) == SetAside(reason="BadRequest")


def test_an_update_that_ended_the_process_each_time_is_set_aside_without_another_try() -> None:
    assert of(ATTEMPTS + 1) == SetAside(reason="interrupted")


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (Busy(), PAUSE),
        (OSError(), 10 * PAUSE),
        (TooManyRequests(datetime.timedelta(seconds=1)), 10 * PAUSE),
        (TooManyRequests(datetime.timedelta(seconds=99)), 99),
    ],
)
def test_what_is_not_the_updates_own_fault_counts_as_no_attempt_however_often_it_happens(
    error: Exception, pause: float
) -> None:
    assert of(ATTEMPTS, error, own_fault=False) == TryAgain(pause=pause, counted=False)
