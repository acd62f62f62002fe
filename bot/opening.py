"""Opens the database that the settings name, and says in a sentence why a command cannot start."""

from bot.settings import Settings
from bot.store import Store, StoreError


class CannotStart(Exception):
    """Why the bot or a command cannot start, or continue, in a sentence that says what to do."""


async def open_store(settings: Settings, *, bot: int = 0) -> Store:
    """Return the open database, with the updates of the bot with this id. Raises CannotStart."""
    beside = None if settings.database_url.startswith("sqlite") else settings.home / "checkup.key"
    try:
        return await Store.open(settings.database_url, secret_file=settings.secret_file or beside, bot=bot)
    except StoreError as error:
        raise no_database(error) from error


def no_database(error: StoreError) -> CannotStart:
    """Return that the database cannot be used."""
    return CannotStart(f"The database cannot be used: {error}")
