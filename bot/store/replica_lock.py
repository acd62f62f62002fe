"""A lock that a replica holds for as long as its connection lasts: PostgreSQL lets go of it at once when the process dies."""

import secrets

from sqlalchemy import Connection, func, select


def hold(connection: Connection) -> int:
    """Take a lock that this connection has until it ends, whatever becomes of the transaction; return its number.

    It is a new one each time: a server may take a connection that was cut off for whole for a while, with all its locks.
    """
    number = secrets.randbits(63)
    connection.execute(select(func.pg_advisory_lock(number)))
    return number


def is_free(connection: Connection, number: int) -> bool:
    """Return whether nobody holds a lock; until the end of the transaction this connection does then."""
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(number))).scalar_one())
