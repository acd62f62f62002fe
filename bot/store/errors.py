"""StoreError, the one error that the store raises, and how a driver's error becomes one.

StoreError, by its code:
    locked        another program holds the database; try again
    full          no room on the disk; try again once there is
    unreachable   gone, unreadable, refused, closed, or any other error of a driver
    newer         made by a newer version of this program
    secret        its key file is missing or belongs to another database
    rights        its user may not do something there
    old           its server is older than this program can use
"""

import sqlite3
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

Code = Literal["locked", "full", "unreachable", "newer", "secret", "rights", "old"]

_SENTENCES: dict[Code, str] = {
    "locked": "The database {database} is held by another program: {detail}. Wait, or stop that program.",
    "full": "There is no room left for the database {database}: {detail}. Free some disk space.",
    "unreachable": "The database {database} cannot be used: {detail}.",
    "newer": "The database {database} was made by a newer version of this program: it is at revision {revision}, "
    "this version knows none after {known}. Start the newer version, or put back a backup from before the update.",
    "secret": "The secret {file} does not belong to the database {database}: {detail}. Put the right file back. "
    "If it is lost, nobody in this database can be recognised any more: start with an empty database. Where several "
    "processes share a database, they share the file, too: CHECKUP_SECRET_FILE says where it is.",
    "rights": "The database {database} does not let its user do that: {detail}. Make that user the database's owner, or "
    "grant it ALL on the schema and its tables.",
    "old": "The database {database} is on PostgreSQL {version}, and {least} or newer is needed: upgrade the server.",
}

_SQLITE: dict[int, Code] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
}
# The shared-memory file beside the write-ahead log could not grow: SQLite has no better name for a full disk there.
_SQLITE_EXTENDED: dict[int, Code] = {sqlite3.SQLITE_IOERR_SHMSIZE: "full"}
_SQLSTATES: dict[str, Code] = {
    "55P03": "locked",  # lock_not_available
    "57014": "locked",  # query_canceled, by a statement or lock time-out
    "40P01": "locked",  # deadlock_detected
    "40001": "locked",  # serialization_failure
    "53100": "full",  # disk_full
    "42501": "rights",  # insufficient_privilege
}


class StoreError(Exception):
    """The database cannot be used right now. `code` says why; `facts` are the database and details."""

    def __init__(self, code: Code, **facts: str) -> None:
        """Keep code and facts; the message is one sentence for the operator and holds nobody's data."""
        super().__init__(_SENTENCES[code].format(**facts))
        self.code = code
        self.facts = facts


def translate(error: SQLAlchemyError | OSError, database: str) -> StoreError:
    """Return the StoreError for what a driver raised.

    Only SQLite's messages are quoted: they never hold values, while those of another driver may.
    """
    if isinstance(error, NoConnectionFree):
        return StoreError("locked", database=database, detail="all connections are busy")
    original = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        number: int = getattr(original, "sqlite_errorcode", 0)
        code = _SQLITE_EXTENDED.get(number) or _SQLITE.get(number & 0xFF, "unreachable")
        return StoreError(code, database=database, detail=str(original))
    if isinstance(original, OSError):
        return StoreError("unreachable", database=database, detail=original.strerror or type(original).__name__)
    state = str(getattr(original, "sqlstate", None) or "")
    code = _SQLSTATES.get(state, "unreachable")
    name = type(original.__cause__ or original).__name__  # asyncpg's own name for it, under SQLAlchemy's
    return StoreError(code, database=database, detail=f"{name} {state}".strip())
