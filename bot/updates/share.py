"""How much of what comes a replica takes itself, so that others have their share. Pure."""

_AT_ONCE = 4  # updates that a replica takes as they come; more are left to whoever has less to do
_COURTESY = 0.005  # seconds that it leaves to others before it takes more, for each update that it has in hand


def takes_at_once(*, in_hand: int, replicas: int) -> bool:
    """Return whether a replica takes an update that comes to it, with so many in hand and so many replicas in all."""
    return replicas == 1 or in_hand < _AT_ONCE


def seconds_before_others(*, in_hand: int, replicas: int) -> float:
    """Return for how long a replica leaves what waits to others, before it takes of it."""
    return 0.0 if replicas == 1 else in_hand * _COURTESY
