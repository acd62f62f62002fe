"""Whether what is written to a database gets there: also of a server that takes some of it and not the rest."""

import logging
import math
import time

from bot.store.errors import Code, StoreError

log = logging.getLogger(__name__)

_LONG = 10.0  # seconds after which what others hold is not just waited for
_REMEMBERED = 30.0  # seconds for which a server may fail again, though it took something else meanwhile
# A full disk takes what needs no new page, such as signs of life; of a server behind one name, a standby may answer or the
# primary; a server without connections left goes on with those that there are.
_PARTLY: frozenset[Code] = frozenset({"full", "read_only", "crowded", "rights", "pooled", "unreachable"})


class WriteTrouble:
    """What was wrong with writing of late: `now`, None where all that is written gets there."""

    def __init__(self, *, is_server: bool) -> None:
        """Begin without trouble. A file that takes one thing takes the next one, too; a server may not."""
        self.now: StoreError | None = None
        self._is_server, self._failed = is_server, 0.0
        self._held_since = math.inf

    def failed(self, error: StoreError) -> None:
        """Note that something was not written; where others hold the database, which is mostly over soon, once that is long."""
        at = time.monotonic()
        if error.passes_soon:
            self._held_since = min(self._held_since, at)
            if at - self._held_since < _LONG:
                return
        if self._is_partly(error) and (self.now is None or self.now.code != error.code):
            log.error("not everything that is written gets there, and /readyz says so: %s", error)
        self.now, self._failed = error, at

    def succeeded(self) -> None:
        """Note that something was written."""
        self._held_since = math.inf
        if self.now is None:
            return
        is_partly = self._is_partly(self.now)
        if is_partly and time.monotonic() - self._failed < _REMEMBERED:
            return
        if is_partly:
            log.warning("everything that is written gets there again")
        self.now = None

    def _is_partly(self, error: StoreError) -> bool:
        return self._is_server and error.code in _PARTLY
