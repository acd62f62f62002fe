"""A pooler between the bot and PostgreSQL has to keep sessions: else notices, locks and settings get lost without an error."""

import secrets

from sqlalchemy.ext.asyncio import AsyncEngine

_MARK = "checkup.session"  # a setting of our own


async def keeps_sessions(engine: AsyncEngine) -> bool:
    """Return whether what is set on one connection is there in its later transactions, and on no other connection.

    Raises SQLAlchemyError, OSError.
    """
    mark, single = secrets.token_hex(8), engine.execution_options(isolation_level="AUTOCOMMIT")
    seen = []
    async with single.connect() as one, single.connect() as other:
        await one.exec_driver_sql(f"SET {_MARK} = '{mark}'")
        for connection in (other, one):
            found = await connection.exec_driver_sql(f"SELECT current_setting('{_MARK}', true)")
            seen.append(found.scalar())
    return seen[0] != mark and seen[1] == mark
