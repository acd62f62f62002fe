"""Apply missing migrations at start, once, also where several processes start together."""

import asyncio

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.schema import REVISION

_one_at_a_time = asyncio.Lock()  # Alembic keeps the migration that runs in a global of its own


async def upgrade(database: Database) -> None:
    """Apply the migrations that are missing. Raises StoreError, code newer for a database from the future, old or pooled."""
    await database.check_server()
    if await database.read(_revision) == REVISION:
        return
    async with _one_at_a_time:
        await database.write(lambda connection: _apply(connection, database))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _apply(connection: Connection, database: Database) -> None:
    # Imported here: it takes a tenth of a second, which a database that is up to date does not need.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "bot.store:migrations")
    database.lock_for_migration(connection)
    revision = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError("newer", database=database.name, revision=revision, known=REVISION)
    command.upgrade(config, "head")
