"""Which language a person chose by /language; without a choice, their app's is spoken."""

import logging
from contextvars import ContextVar

from bot.store import Store, StoreError

log = logging.getLogger(__name__)

KEY = "language"  # of the person's choice
current: ContextVar[str | None] = ContextVar("chosen_language", default=None)
"""The choice of the person whose update is being handled."""


async def chosen_language(store: Store, user: int) -> str | None:
    """Return the language that a person chose; None where they chose none, or the database cannot be read just now."""
    try:
        return await store.people.choice(store.person(user), KEY)
    except StoreError as error:
        log_unread(error)
        return None


def log_unread(error: StoreError) -> None:
    """Log that a person's language could not be read."""
    log.warning("a person's language could not be read: %s", error)


async def choose_language(store: Store, user: int, language: str | None) -> None:
    """Store the language that a person chose, or forget it with None; what follows is said in it."""
    await store.people.set_choice(store.person(user), KEY, language)
    current.set(language)
