"""Failures of a disease's engine: after three in a row the disease is unavailable, until it is known to be well again."""

import logging
import threading

log = logging.getLogger(__name__)

RELOADED, ANSWERS_AGAIN = "the registry is read anew", "the model server answers again"
MOST_FAILURES = 3  # in a row; a single one may be due to the photo


class Health:
    """Count of failures. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row = self.failures = 0

    @property
    def is_available(self) -> bool:
        """Return whether the disease is available."""
        return self._in_a_row < MOST_FAILURES

    def succeeded(self) -> None:
        """Record that a case was scored."""
        with self._lock:
            if self.is_available:
                self._in_a_row = 0

    def failed(self, disease: str, why: object, *, until: str = RELOADED) -> None:
        """Record that a case failed, and log it for the operator; `until` says what makes the disease available again."""
        with self._lock:
            self._in_a_row += 1
            self.failures += 1
            in_a_row, failures, over = self._in_a_row, self.failures, self._in_a_row == MOST_FAILURES
        log.warning("%s: failure %d, %d in a row: %s", disease, failures, in_a_row, why)
        if over:
            log.error("%s is unavailable until %s: %d failures in a row", disease, until, in_a_row)

    def is_away(self) -> None:
        """Record that the disease cannot be asked now, as at the start where its model server is not there yet."""
        with self._lock:
            self._in_a_row = MOST_FAILURES

    def is_back(self) -> None:
        """Record that the disease can be asked again."""
        with self._lock:
            self._in_a_row = 0
