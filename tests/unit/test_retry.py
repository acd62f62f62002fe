"""The retry policy: pauses that double up to a limit, and an end after so many attempts or so much waiting."""

from __future__ import annotations

import pytest

from bot.retry import RetryPolicy, retry

PLAIN = RetryPolicy(jitter=0.0)


class Away(Exception):
    """An error that may pass."""

    def __init__(self, asks: float = 0.0) -> None:
        super().__init__()
        self.asks = asks


class Attempts:
    """Something that fails with these errors, one after another, and then succeeds; and a clock that does not wait."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.made = 0
        self.pauses: list[float] = []
        self.logged: list[tuple[Exception, float]] = []

    async def call(self) -> str:
        self.made += 1
        if self._errors:
            raise self._errors.pop(0)
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def retry(self, policy: RetryPolicy) -> str:
        return await retry(
            self.call,
            policy=policy,
            least_pause=lambda error: error.asks if isinstance(error, Away) else None,
            on_pause=lambda error, pause: self.logged.append((error, pause)),
            sleep=self.sleep,
            chance=lambda: 0.5,
        )


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first=1.0, longest=10.0, jitter=0.0)
    assert [policy.pause(failures) for failures in (1, 2, 3, 4, 5, 5000)] == [1, 2, 4, 8, 10, 10]


def test_chance_makes_a_pause_longer_or_shorter_by_the_jitter_at_most() -> None:
    policy = RetryPolicy(first=4.0, jitter=0.25)
    assert [policy.pause(1, chance=chance) for chance in (0.0, 0.5, 1.0)] == [3, 4, 5]


async def test_what_fails_for_a_moment_is_done_after_all_and_each_failure_is_logged_with_its_pause() -> None:
    attempts = Attempts(Away(), Away())
    assert await attempts.retry(PLAIN) == "done"
    assert attempts.pauses == [1, 2]
    assert [pause for _, pause in attempts.logged] == [1, 2]


async def test_a_pause_that_is_asked_for_is_kept_and_a_shorter_one_changes_nothing() -> None:
    attempts = Attempts(Away(17.0), Away(0.5))
    await attempts.retry(PLAIN)
    assert attempts.pauses == [17, 2]


async def test_a_final_error_is_raised_at_once() -> None:
    attempts = Attempts(KeyError("no"))
    with pytest.raises(KeyError):
        await attempts.retry(PLAIN)
    assert (attempts.made, attempts.pauses) == (1, [])


async def test_the_last_error_is_raised_after_so_many_attempts() -> None:
    last = Away()
    attempts = Attempts(Away(), Away(), last, Away())
    with pytest.raises(Away) as caught:
        await attempts.retry(RetryPolicy(attempts=3))
    assert caught.value is last
    assert attempts.made == 3


async def test_nothing_is_waited_for_that_would_take_longer_than_all_pauses_may() -> None:
    attempts = Attempts(Away(200.0), Away(200.0))
    with pytest.raises(Away):
        await attempts.retry(RetryPolicy(total=300.0))
    assert attempts.pauses == [200]
