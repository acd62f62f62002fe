"""How long people have to wait: from how long handling an update takes and how many chats take turns. Pure."""

_SMOOTHING = 0.1  # the weight of the newest update in the mean


class Load:
    """The time that handling an update takes, smoothed."""

    def __init__(self, *, at_once: int) -> None:
        """Begin with a guess; `at_once` is how many updates are handled at the same time."""
        self._at_once = at_once
        self._seconds = 0.2

    def handled(self, seconds: float) -> None:
        """Note how long an update took."""
        self._seconds += _SMOOTHING * (seconds - self._seconds)

    def wait(self, *, ahead: int, chats: int) -> float:
        """Return the seconds until a chat's next update is answered, with so many of its own ahead of it."""
        turn = self._seconds * max(1.0, chats / self._at_once)  # until each chat has had one
        return (ahead + 1) * turn
