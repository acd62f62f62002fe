"""How an error of a database's driver becomes a StoreError, which quotes nothing that a person sent."""

import sqlite3
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.store.errors import Code, StoreError

_SQLITE: dict[int, Code] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
}
# The shared-memory file beside the write-ahead log could not grow: SQLite has no better name for a full disk there.
_SQLITE_EXTENDED: dict[int, Code] = {sqlite3.SQLITE_IOERR_SHMSIZE: "full"}
# PostgreSQL's, whose messages name objects and users and never hold a value: those are quoted.
_SQLSTATES: dict[str, Code] = {
    "55P03": "locked",  # lock_not_available
    "40P01": "locked",  # deadlock_detected
    "40001": "locked",  # serialization_failure
    "57014": "slow",  # query_canceled
    "53100": "full",  # disk_full
    "53300": "crowded",  # too_many_connections
    "57P01": "away",  # admin_shutdown
    "57P02": "away",  # crash_shutdown
    "57P03": "away",  # cannot_connect_now
    "28000": "login",  # invalid_authorization_specification
    "28P01": "login",  # invalid_password
    "3D000": "missing",  # invalid_catalog_name
    "25006": "read_only",  # read_only_sql_transaction
    "42501": "rights",  # insufficient_privilege
    "3F000": "rights",  # invalid_schema_name: none in which tables can be made
    "26000": "pooled",  # invalid_sql_statement_name: prepared on another connection than this one
    "42P05": "pooled",  # duplicate_prepared_statement
    "42P01": "unreachable",  # undefined_table
    "42704": "unreachable",  # undefined_object, a parameter of the URL that is none
    "53200": "unreachable",  # out_of_memory
    "58030": "unreachable",  # io_error
}
# Classes of errors that name objects, users and settings alone: the others quote values (22, 23) or statements.
_QUOTED = ("0A", "28", "3D", "3F", "53", "55", "57", "58")
_BROKEN = {"08003", "08006"}  # connection_does_not_exist, connection_failure
_LONGEST = 200  # characters of a message


def translate(error: SQLAlchemyError | sqlite3.Error | OSError, database: str) -> StoreError:
    """Return the StoreError for what a driver raised, which may quote SQLite's messages: they never hold values."""
    if isinstance(error, NoConnectionFree):
        return StoreError("locked", database=database, detail="all connections are busy")
    original = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        number: int = getattr(original, "sqlite_errorcode", 0)
        code = _SQLITE_EXTENDED.get(number) or _SQLITE.get(number & 0xFF, "unreachable")
        return StoreError(code, database=database, detail=str(original))
    if isinstance(original, OSError):
        return _of_the_system(original, database)
    state = str(getattr(original, "sqlstate", None) or "")
    cause: Any = original.__cause__ or original  # asyncpg's own, under SQLAlchemy's
    code = _SQLSTATES.get(state, "unreachable")
    detail = _quotable(cause, state)
    if detail:
        return StoreError(code, database=database, detail=_clipped(detail))
    if getattr(error, "connection_invalidated", False) or state in _BROKEN:
        return StoreError("away", database=database, detail="the connection broke off")
    return StoreError(code, database=database, detail=f"{type(cause).__name__} {state}".strip())


def _quotable(cause: Any, state: str) -> str | None:
    """Return the message of an error of asyncpg's, None where it may hold a value."""
    if type(cause).__name__ == "ClientConfigurationError":  # of what a URL asks for
        return str(cause)
    quoted = state in _SQLSTATES or state.startswith(_QUOTED)
    return getattr(cause, "message", None) if quoted else None


def _of_the_system(error: OSError, database: str) -> StoreError:
    """Return what it means that a file is not to be had, or a server."""
    words = error.strerror or _clipped(str(error)) or type(error).__name__
    if not database.startswith("postgresql"):
        words = "is not a folder" if isinstance(error, FileExistsError) else words  # where one was to be made
        return StoreError(
            "unreachable", database=database, detail=f"{error.filename}: {words}" if error.filename else words
        )
    if isinstance(error, TimeoutError):
        words = "it took too long to answer"
    elif isinstance(error, FileNotFoundError):
        words = "a socket or a certificate that its URL names is not there"
    return StoreError("away", database=database, detail=words)


def _clipped(message: str) -> str:
    return " ".join(message.split())[:_LONGEST].rstrip(".")
