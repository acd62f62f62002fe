"""Statements that SQLite's driver executes itself: a photo takes a dozen, for each of which SQLAlchemy takes longer than SQLite."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import StatementError

Statement = Select[Any] | Insert | Update | Delete
Rows = Sequence[Any]
_Values = Mapping[str, object]


class Prepared:
    """A statement that is compiled once. Values are given by the names of its parameters and columns, always the same names.

    It takes no list of unknown length (IN). Another database than SQLite is asked through SQLAlchemy.
    """

    def __init__(self, statement: Statement) -> None:
        """Prepare a statement; it is compiled when it is first executed."""
        self._statement = statement
        self._compiled: _Compiled | None = None

    def rows(self, connection: Connection, **values: object) -> Rows:
        """Return all rows that it selects, or writes and returns."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).all()
        return self._for_sqlite(connection, values).rows(connection, values)

    def first(self, connection: Connection, **values: object) -> Any:
        """Return the first value of the first row, None where there is no row."""
        rows = self.rows(connection, **values)
        return rows[0][0] if rows else None

    def count(self, connection: Connection, **values: object) -> int:
        """Return how many rows it wrote or removed."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).rowcount
        return self._for_sqlite(connection, values).execute(connection, values).rowcount

    def _for_sqlite(self, connection: Connection, values: _Values) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _compiled(self._statement, connection.dialect, names=list(values))
        return self._compiled


class _Compiled(NamedTuple):
    """A statement as the driver takes it: what gives each parameter, by its place, and what becomes of each column's value."""

    sql: str
    parameters: Sequence[Callable[[_Values], object]]
    columns: Sequence[Callable[[Any], Any] | None]

    def execute(self, connection: Connection, values: _Values) -> sqlite3.Cursor:
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        try:
            given = [give(values) for give in self.parameters]
        except ValueError as error:
            raise StatementError("a value cannot be stored", self.sql, None, error) from error
        return driver.execute(self.sql, given)

    def rows(self, connection: Connection, values: _Values) -> Rows:
        rows = self.execute(connection, values).fetchall()
        return [[read(one) if read else one for read, one in zip(self.columns, row, strict=True)] for row in rows]


def _compiled(statement: Statement, dialect: Dialect, *, names: list[str]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    types = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
    return _Compiled(
        sql=str(compiled),
        parameters=[_parameter(name, compiled.binds[name], dialect) for name in compiled.positiontup or ()],
        columns=[one.result_processor(dialect, None) for one in types],
    )


def _parameter(name: str, bound: BindParameter[Any], dialect: Dialect) -> Callable[[_Values], object]:
    """Return what gives a parameter: its value where it is fixed, else what is made or given each time, as the driver takes it."""
    written = bound.type.dialect_impl(dialect).bind_processor(dialect)
    if bound.required:
        return (lambda values: written(values[name])) if written else itemgetter(name)
    if make := bound.callable:
        return lambda _: written(make()) if written else make()
    fixed = written(bound.value) if written else bound.value
    return lambda _: fixed
