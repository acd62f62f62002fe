"""Takes what waits in the database, as far as there is room, whenever somebody tells that there may be something."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from bot.retry import ENDLESS, Sleep, retry
from bot.store import StoreError

log = logging.getLogger(__name__)
T = TypeVar("T")

_ENDING = 1.0  # seconds that a transaction under way has to end


class Taker:
    """Calls `take` again and again until it returns False; one call at a time, however often it is woken.

    Before each it waits for `pause` seconds: whoever has less to do comes first.
    """

    def __init__(self, take: Callable[[], Awaitable[bool]], *, pause: Callable[[], float]) -> None:
        self._take, self._pause = take, pause
        self._again = self._stopped = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Take what waits; what came since the last look is not missed."""
        self._again = True
        if self._taking is None and not self._stopped:
            self._taking = asyncio.get_running_loop().create_task(self._take_all())

    def beside(self, work: Coroutine[object, object, None]) -> None:
        """Do something beside, unless it is stopped before."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Take nothing more; see `ended` for what is being taken."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait until nothing is being taken any more; where the database is away, not for long."""
        if self._taking:
            await asyncio.wait([self._taking], timeout=_ENDING)
        if self._taking:
            self._taking.cancel()

    async def _take_all(self) -> None:
        try:
            while self._again:
                self._again, more = False, True
                while more:
                    await asyncio.sleep(self._pause())
                    more = await self._take()
        finally:
            self._taking = None


class WhenDatabaseAnswers:
    """Calls something until the database can be used; `sleep` is how it waits, which may end sooner where it is back."""

    def __init__(self, *, sleep: Sleep) -> None:
        self._sleep = sleep

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what `call` returns in the end."""
        return await retry(
            call,
            policy=ENDLESS,
            least_pause=lambda error: 0.0 if isinstance(error, StoreError) else None,
            on_pause=lambda error, pause: log.error("the database is away, trying again in %.1f s: %s", pause, error),
            sleep=self._sleep,
        )
