"""How much of what comes a replica takes itself, so that others have their share."""

from collections.abc import Callable
from dataclasses import dataclass

_AT_ONCE = 4  # updates that a replica takes as they come; more are left to whoever has less to do
_COURTESY = 0.005  # seconds that it leaves to others before it takes more, for each update that it has in hand
_LONGEST = 0.16  # seconds for which it does so
_BUSY = 8  # updates in hand, from which on what comes meanwhile would have to wait for a processor anyway
_MANY = 16  # updates that wait here for room, from which on they wait for as long as they may: to hand them around takes time


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of one replica, by how many updates it has in hand now, and how many replicas there are."""

    in_hand: Callable[[], int]
    replicas: Callable[[], int]

    @property
    def takes_at_once(self) -> bool:
        """Whether it takes an update that comes to it."""
        return self.replicas() == 1 or self.in_hand() < _AT_ONCE

    @property
    def is_busy(self) -> bool:
        """Whether nobody's answer is later where what comes is taken in together."""
        return self.in_hand() >= _BUSY

    @property
    def goes_on(self) -> bool:
        """Whether it goes on with a chat of which it has just answered an update, where that has another one."""
        return self.replicas() == 1 or self.in_hand() <= _AT_ONCE

    @property
    def pause(self) -> float:
        """The seconds for which it leaves what waits to others, before it takes of it."""
        return 0.0 if self.replicas() == 1 else min(self.in_hand() * _COURTESY, _LONGEST)

    def patience(self, seconds: float, *, waiting: int) -> float:
        """Return for how many of so many seconds an update waits here for room, as one of `waiting`, before others may have it."""
        return seconds if self.replicas() == 1 else seconds * min(1.0, waiting / _MANY)
