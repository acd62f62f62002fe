"""How long people have to wait: from how long handling an update takes and how many chats take turns. Pure."""

from collections.abc import Callable

LONG_WAIT = 10.0  # seconds, from which on a person is told that they have to wait
MANY = 50  # updates of one chat, from which on they are told so, however fast these are
_SMOOTHING = 0.1  # the weight of the newest update in the mean


class Load:
    """The time that handling an update takes, smoothed."""

    def __init__(self, *, at_once: Callable[[], int]) -> None:
        """Begin with a guess; `at_once` says how many updates are handled at the same time."""
        self._at_once = at_once
        self._seconds = 0.2

    def handled(self, seconds: float) -> None:
        """Note how long an update took."""
        self._seconds += _SMOOTHING * (seconds - self._seconds)

    def wait(self, *, ahead: int, chats: float) -> float:
        """Return the seconds until a chat's next update is answered, with so many of its own ahead of it."""
        turn = self._seconds * max(1.0, chats / self._at_once())  # until each chat has had one
        return (ahead + 1) * turn


def is_long(*, waiting: int, seconds: float) -> bool:
    """Return whether a person is to be told that so many of their updates wait, for so long."""
    return seconds > LONG_WAIT or waiting > MANY
