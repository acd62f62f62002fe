"""Opens the database that the settings name, and says in a sentence why a command cannot start."""

from pathlib import Path

from bot.settings import Settings
from bot.store import Store, StoreError

_SQLITE = "sqlite:///"


class CannotStart(Exception):
    """Why the bot or a command cannot start, or continue, in a sentence that says what to do."""


async def open_store(settings: Settings, *, bot: int = 0) -> Store:
    """Return the open database, with the updates of the bot with this id. Raises CannotStart."""
    beside = None if settings.database_url.startswith("sqlite") else settings.home / "checkup.key"
    try:
        return await Store.open(settings.database_url, secret_file=settings.secret_file or beside, bot=bot)
    except StoreError as error:
        raise CannotStart(str(error)) from error


async def open_existing(settings: Settings) -> Store:
    """Return the open database, for a command that reads what is in it. Raises CannotStart, also where there is none yet."""
    url = settings.database_url
    if _is_missing(url):
        raise CannotStart(
            f"There is no database {url}: either no bot has run with it yet, or CHECKUP_DATABASE names another."
        )
    return await open_store(settings)


def _is_missing(url: str) -> bool:
    return url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists()
