"""Updates that were in hand when processes died: each is handled alone, so that it is known which one does it."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from telegram import Update

MOST_DEATHS = 2  # with an update in hand among others; after so many it is handled alone
# How long the process is up, or how many others it has handled, before it tries one: in a crash loop none is blamed for
# what others do, and where processes die for other reasons, as often as every few seconds, none waits for ever.
SETTLED = 5.0  # seconds
ENOUGH = 32  # updates
_DRAIN = 10.0  # seconds that others have to end
_ALONE = 30.0  # seconds that a suspect keeps everybody waiting


class Suspects:
    """Handles suspects one at a time, while nothing else is in hand."""

    def __init__(self, *, hand_out: Callable[[Update], None], pause: Callable[[bool], None]) -> None:
        """Use `hand_out` to have an update handled, and `pause` to hold up, or let go on, all others."""
        self._hand_out, self._pause = hand_out, pause
        self._waiting: deque[Update] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._settled = asyncio.Event()
        self._others = 0  # that were handled
        self._task: asyncio.Task[None] | None = None

    def add(self, update: Update) -> None:
        """Have an update handled alone, when its time has come."""
        self._waiting.append(update)
        if self._task is None:
            self._task = asyncio.create_task(self._try_all())

    def note_handled(self) -> None:
        """Note that an update is not in hand any more."""
        self._others += 1
        if self._others >= ENOUGH:
            self._settled.set()

    def note_in_hand(self, count: int) -> None:
        """Note how many updates are in hand."""
        if count:
            self._idle.clear()
        else:
            self._idle.set()

    def stop(self) -> None:
        """Try no more of them."""
        if self._task:
            self._task.cancel()

    async def _try_all(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), SETTLED)
        self._settled.set()
        while self._waiting:
            self._pause(True)
            try:
                await self._until_idle(_DRAIN)
                self._hand_out(self._waiting.popleft())
                await self._until_idle(_ALONE)
            finally:
                self._pause(False)
            await asyncio.sleep(_DRAIN / 10)  # the others go first again
        self._task = None

    async def _until_idle(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
