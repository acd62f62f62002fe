"""What the log is told of an outage of the database: at its begin, again where it is another or goes on, and at its end."""

import logging
import math
import time

log = logging.getLogger(__name__)

_AGAIN = 60.0  # seconds until the same outage is told of again


class OutageLog:
    """The outages of one thing that is tried again and again."""

    def __init__(self) -> None:
        """There was none yet."""
        self._why, self._told = "", -math.inf

    def failed(self, why: str) -> None:
        """No sign of life could be given."""
        if why != self._why or time.monotonic() - self._told >= _AGAIN:
            log.warning("no sign of life can be given: %s", why)
            self._why, self._told = why, time.monotonic()

    def over(self) -> bool:
        """One was given. Return whether that is the end of an outage."""
        was_away, self._why = bool(self._why), ""
        if was_away:
            log.warning("signs of life are given again")
        return was_away
