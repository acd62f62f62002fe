"""How a person names a followed spot in words: `/spot_12`, as a command, in a caption, or in a link."""

import re

_NAMED = re.compile(r"/(?:start(?:@\w+)?\s+)?spot_([0-9]{1,18})(?:@\w+)?(?=\s|$)", re.IGNORECASE)


def spot_in(words: str | None) -> int | None:
    """Return the spot that a text or caption begins with; `/start spot_12` is what a link with `?start=spot_12` sends."""
    found = _NAMED.match(words or "")
    return int(found[1]) if found else None


def spot_command(spot: int) -> str:
    """Return the command that names a spot."""
    return f"/spot_{spot}"
