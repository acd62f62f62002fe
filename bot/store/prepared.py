"""Statements that are compiled once, and that a driver executes: a photo takes a dozen, and SQLAlchemy's part of each is long."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, Connection, CursorResult, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import StatementError

Statement = Select[Any] | Insert | Update | Delete
Rows = Sequence[Any]
_Values = Mapping[str, object]

_DOUBLE = 701  # PostgreSQL's number for double precision: what all our fractions are there


class Prepared:
    """A statement that is compiled once. Values are given by the names of its parameters and columns, always the same names.

    It takes no list of unknown length (IN).
    """

    def __init__(self, statement: Statement) -> None:
        """Prepare a statement; it is compiled when it is first executed."""
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}  # by the database's kind

    def rows(self, connection: Connection, **values: object) -> Rows:
        """Return all rows that it selects, or writes and returns."""
        return self._compiled_for(connection, values).rows(connection, values)

    def first(self, connection: Connection, **values: object) -> Any:
        """Return the first value of the first row, None where there is no row."""
        rows = self.rows(connection, **values)
        return rows[0][0] if rows else None

    def count(self, connection: Connection, **values: object) -> int:
        """Return how many rows it wrote or removed."""
        return self._compiled_for(connection, values).execute(connection, values).rowcount

    def _compiled_for(self, connection: Connection, values: _Values) -> "_Compiled":
        kind = connection.dialect.name
        if kind not in self._compiled:
            self._compiled[kind] = _compiled(self._statement, connection.dialect, names=list(values))
        return self._compiled[kind]


class _Compiled(NamedTuple):
    """A statement as the driver takes it: what gives each parameter, by its place, and what becomes of each column's value."""

    sql: str
    parameters: Sequence[Callable[[_Values], object]]
    columns: Sequence[Callable[[Any], Any] | None]

    def execute(self, connection: Connection, values: _Values) -> sqlite3.Cursor | CursorResult[Any]:
        try:
            given = tuple(give(values) for give in self.parameters)
        except ValueError as error:
            raise StatementError("a value cannot be stored", self.sql, None, error) from error
        if connection.dialect.name != "sqlite":
            return connection.exec_driver_sql(self.sql, given)
        return cast("sqlite3.Connection", connection.connection.dbapi_connection).execute(self.sql, given)

    def rows(self, connection: Connection, values: _Values) -> Rows:
        rows: Iterable[Any] = self.execute(connection, values).fetchall()
        return [[read(one) if read else one for read, one in zip(self.columns, row, strict=True)] for row in rows]


def _compiled(statement: Statement, dialect: Dialect, *, names: list[str]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    types = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
    return _Compiled(
        sql=str(compiled),
        parameters=[_parameter(name, compiled.binds[name], dialect) for name in compiled.positiontup or ()],
        columns=[one.result_processor(dialect, _DOUBLE) for one in types],
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
