"""The one retry policy: exponential backoff with jitter, for what may fail for a moment."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often something is tried and how long is waited between two tries, in seconds.

    The pause doubles from `first` up to `longest`, plus or minus a share of `jitter`, so that many who failed at once do
    not come back at once.
    """

    attempts: int | None = None  # None: for as long as it takes
    total: float | None = None  # all pauses together
    first: float = 1.0
    longest: float = 30.0
    jitter: float = 0.25

    def pause(self, failures: int, *, chance: float) -> float:
        """Return how long to wait after so many failures in a row, from 1; `chance` is a random number, 0–1."""
        doubled = min(self.longest, self.first * 2.0 ** min(failures - 1, 32))
        return doubled * (1 + self.jitter * (2 * chance - 1))


async def retry(
    call: Callable[[], Awaitable[T]],
    *,
    policy: RetryPolicy,
    passing: Callable[[Exception], float | None],
    failed: Callable[[Exception, float], None],
    sleep: Sleep = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> T:
    """Return what `call` returns, calling it again after errors that may pass. Raises the last error, or one that is final.

    `passing` says of an error how long its sender asks to wait at least (0 where it does not), None where it is final.
    `failed` is told of each error and of the pause before the next try.
    """
    waited, failures = 0.0, 0
    while True:
        try:
            return await call()
        except Exception as error:
            failures += 1
            least = passing(error)
            pause = least or policy.pause(failures, chance=chance())
            enough = policy.attempts is not None and failures >= policy.attempts
            too_long = policy.total is not None and waited + pause > policy.total
            if least is None or enough or too_long:
                raise
            failed(error, pause)
        await sleep(pause)
        waited += pause
