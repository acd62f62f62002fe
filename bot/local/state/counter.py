"""Numbers that never come twice, not even after a restart."""

from __future__ import annotations

from pathlib import Path

BLOCK = 1000


class Counter:
    """Counts upward from `least`, or from where an earlier run with the same file stopped.

    The bot's inbox knows updates by their number, so a number used again would be taken for an update already
    answered. Blocks are reserved ahead, which costs one small write in a thousand.
    """

    def __init__(self, path: Path, *, least: int = 1) -> None:
        self._path = path
        try:
            earlier = int(path.read_text("ascii"))
        except (OSError, ValueError):
            earlier = 0
        self._next = self._reserved = max(earlier, least)

    def take(self) -> int:
        """Return the next number."""
        number = self._next
        if number >= self._reserved:
            self._reserved = number + BLOCK
            self._path.write_text(str(self._reserved), "ascii")
        self._next += 1
        return number
