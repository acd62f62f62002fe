"""Checks that the secret belongs to the database: with another one its keyed hashes would match nobody."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from bot.store import secret
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.schema import secret_marks
from bot.store.secret import Secret


async def open_secret(database: Database, file: Path | None) -> Secret:
    """Return the database's secret, made now if the database is new.

    Raises StoreError, code secret where the file is missing or another's; ValueError where nobody said which file.
    """
    if file is None:
        if database.path is None:
            raise ValueError("secret_file: only an SQLite file has a place beside it for the secret")
        file = database.path.with_name(f"{database.path.name}.key")
    mark = await _mark(database)
    found = await asyncio.to_thread(_read_or_make, database, file, may_make=mark is None)
    if mark is None:
        mark = await _set_mark(database, found.mark())
    if mark != found.mark():
        raise StoreError("secret", database=database.name, file=str(file), detail="it is another database's")
    return found


def _read_or_make(database: Database, file: Path, *, may_make: bool) -> Secret:
    try:
        found = secret.read(file)
        if found is None and may_make:
            found = secret.make(file)
    except OSError as error:
        raise StoreError("key_file", file=str(file), detail=error.strerror or type(error).__name__) from None
    except ValueError as error:
        raise StoreError("secret", database=database.name, file=str(file), detail=str(error)) from None
    if found is None:
        raise StoreError("secret", database=database.name, file=str(file), detail="there is no such file")
    return found


async def _mark(database: Database) -> str | None:
    mark: str | None = await database.read(lambda connection: connection.scalar(select(secret_marks.c.mark)))
    return mark


async def _set_mark(database: Database, mark: str) -> str | None:
    statement = database.insert(secret_marks).values(id=1, mark=mark).on_conflict_do_nothing()
    await database.write(lambda connection: connection.execute(statement))
    return await _mark(database)  # another process's, where that came first
