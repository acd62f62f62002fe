"""How much of what comes a replica takes itself, so that others have their share."""

from collections.abc import Callable
from dataclasses import dataclass

AT_ONCE = 32  # updates that are handled at the same time: most wait for Telegram; the CPU's work has threads of its own
_AS_THEY_COME = 4  # updates that a replica takes as they come; more are left to whoever has less to do
_COURTESY = 0.005  # seconds that it leaves to others before it takes more, for each update that it has in hand
_LONGEST = 0.16  # seconds for which it does so
_BUSY = 8  # updates in hand, from which on what comes meanwhile would have to wait for a processor anyway
_SMOOTH = (
    0.03  # seconds that the event loop may be late, from which on a replica takes fewer, as they would wait here anyway
)
_MANY = 16  # updates that wait here for room, from which on they wait for as long as they may: to hand them around takes time


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of one replica, by how many updates it has in hand now, how many replicas there are, and how late its loop is."""

    in_hand: Callable[[], int]
    replicas: Callable[[], int]
    late: Callable[[], float]  # seconds

    @property
    def takes_at_once(self) -> bool:
        """Whether it takes an update that comes to it."""
        return self.replicas() == 1 or self.in_hand() < _AS_THEY_COME

    @property
    def at_once(self) -> int:
        """How many updates it handles at the same time.

        What is in hand waits longest when this process dies, and in no order; what is in the line goes to whoever is free. So the
        later the loop is, the fewer it takes.
        """
        late = self.late()
        if self.replicas() == 1 or late <= _SMOOTH:
            return AT_ONCE
        return max(_BUSY, round(AT_ONCE * _SMOOTH / late))

    @property
    def is_busy(self) -> bool:
        """Whether nobody's answer is later where what comes is taken in together."""
        return self.in_hand() >= _BUSY

    @property
    def goes_on(self) -> bool:
        """Whether it goes on with a chat of which it has just answered an update, where that has another one."""
        return self.replicas() == 1 or self.in_hand() <= _AS_THEY_COME

    @property
    def pause(self) -> float:
        """The seconds for which it leaves what waits to others, before it takes of it."""
        return 0.0 if self.replicas() == 1 else min(self.in_hand() * _COURTESY, _LONGEST)

    def patience(self, seconds: float, *, waiting: int) -> float:
        """Return for how many of so many seconds an update waits here for room, as one of `waiting`, before others may have it."""
        return seconds if self.replicas() == 1 else seconds * min(1.0, waiting / _MANY)
