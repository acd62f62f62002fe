"""The time zone that a person lives in, where they said so in /settings."""

from bot.replies.zones import ZONES
from bot.store import Store

_KEY = "time_zone"  # of the person's choice


async def time_zone(store: Store, person: str) -> str | None:
    """Return the zone's IANA name; `person` is the keyed hash. None where they said none, or one that is not known."""
    zone = await store.people.choice(person, _KEY)
    return zone if zone in ZONES else None


async def set_time_zone(store: Store, person: str, zone: str | None) -> None:
    """Store the zone's IANA name, or forget it with None."""
    await store.people.set_choice(person, _KEY, zone)
