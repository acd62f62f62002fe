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

    def pause(self, failures: int, *, chance: float = 0.5) -> float:
        """Return how long to wait after so many failures in a row, from 1; `chance` is a random number, 0–1."""
        doubled = min(self.longest, self.first * 2.0 ** min(failures - 1, 32))
        return doubled * (1 + self.jitter * (2 * chance - 1))

    def allows(self, attempts: int, *, waited: float = 0.0) -> bool:
        """Return whether there is another attempt after so many, if `waited` is what all pauses then add up to."""
        enough = self.attempts is not None and attempts >= self.attempts
        too_long = self.total is not None and waited > self.total
        return not enough and not too_long


ONCE = RetryPolicy(attempts=1)
API_CALL = RetryPolicy(attempts=5, total=300.0)  # a call to the Bot API where nobody waits for it
WHILE_HANDLING = RetryPolicy(attempts=2, total=0.75, first=0.3)  # one while an update is handled: longer is the queue's
ENDLESS = RetryPolicy()  # what the bot can do nothing without: a server at the start, its updates, the database
UPDATE = RetryPolicy(attempts=3, first=2.0, jitter=0.0)  # an update that failed through its own fault
OUTAGE = RetryPolicy(first=2.0, longest=60.0)  # a chat whose calls fail through no fault of its own


async def retry(
    call: Callable[[], Awaitable[T]],
    *,
    policy: RetryPolicy,
    least_pause: Callable[[Exception], float | None],
    on_pause: Callable[[Exception, float], None],
    sleep: Sleep = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> T:
    """Return what `call` returns, calling it again after errors that may pass. Raises the last error.

    `least_pause` returns the seconds to wait at least after an error (0 where its sender asks for none), None for an error
    that is final. `on_pause` is called with the error and the pause before each one, to log it.
    """
    waited, attempts = 0.0, 0
    while True:
        try:
            return await call()
        except Exception as error:
            attempts += 1
            least = least_pause(error)
            pause = max(least or 0.0, policy.pause(attempts, chance=chance()))
            if least is None or not policy.allows(attempts, waited=waited + pause):
                raise
            on_pause(error, pause)
        await sleep(pause)
        waited += pause
