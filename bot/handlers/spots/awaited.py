"""The spot that a person's next photo is for, after they tapped "New photo": for an hour, and for one photo."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from telegram import User

from bot.handlers.services import Services

_KEY = "photo_of_spot"  # of the choice: the spot's number, and until when
_WAITS = timedelta(hours=1)
_COARSE = timedelta(seconds=2)  # Telegram tells of whole seconds, by its own clock


async def await_photo(services: Services, user: User, spot: int, *, now: datetime) -> None:
    """Take the person's next photo for one of this spot."""
    value = f"{spot} {(now + _WAITS).isoformat()}"
    await services.store.people.set_choice(services.person(user), _KEY, value)


def awaited_spot(choices: Mapping[str, str], *, sent: datetime) -> int | None:
    """Return the spot that a photo sent at this time is for by what its person chose, None where none waits for one."""
    spot, _, until = choices.get(_KEY, "").partition(" ")
    if not until:
        return None
    last = datetime.fromisoformat(until)
    return int(spot) if last - _WAITS - _COARSE <= sent <= last else None


def waits_in_vain(choices: Mapping[str, str], *, sent: datetime, is_gone: bool) -> bool:
    """Return whether a spot still waits, but for too long when this photo was sent, or since it `is_gone` itself."""
    until = choices.get(_KEY, "").partition(" ")[2]
    return bool(until) and (is_gone or sent > datetime.fromisoformat(until))


async def photo_came(services: Services, user: User) -> None:
    """Take the next photos for others again."""
    await services.store.people.set_choice(services.person(user), _KEY, None)
