"""How late the event loop is: the more it has to do, or the less of a processor it gets, the later."""

import asyncio
import time
from collections.abc import Callable

_EVERY = 0.1  # seconds
_LONGEST = 1.0  # seconds that one look counts at most: a process that stood still is not slow
_WEIGHT = 0.2  # of the last look


class Lateness:
    """The seconds by which what is due comes later, averaged over the last second; looked at only as long as `is_busy`."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._looks = False
        self.seconds = 0.0

    def watch(self) -> None:
        """Look again and again from now on."""
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(_EVERY, self._look, time.monotonic() + _EVERY)

    def _look(self, due: float) -> None:
        late = min(max(0.0, time.monotonic() - due), _LONGEST)
        self._looks = False
        self.seconds += _WEIGHT * (late - self.seconds)
        if self._is_busy():
            self.watch()
        else:
            self.seconds = 0.0
