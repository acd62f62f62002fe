"""The clock that all processes at one database share, which is the database's: a machine's own may be wrong."""

import logging
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

_APART = timedelta(seconds=30)  # between two clocks, which is too much


class SharedClock:
    """This machine's clock, set right by what the database told last. The log is told where that is much."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._ahead, self._told = timedelta(), timedelta()

    def now(self) -> datetime:
        """Return the database's time."""
        return datetime.now(UTC) - self._ahead

    def compare(self, theirs: datetime) -> None:
        """Take note of the database's time, which it told just now."""
        self._ahead = datetime.now(UTC) - theirs
        if abs(self._ahead - self._told) <= _APART:
            return
        self._told = self._ahead
        seconds = self._ahead.total_seconds()
        if abs(self._ahead) <= _APART:
            log.warning("this machine's clock is right again")
        else:
            which = "ahead of" if seconds > 0 else "behind"
            log.warning(
                "this machine's clock is %.0f s %s the database's, which counts: set it (NTP)", abs(seconds), which
            )
