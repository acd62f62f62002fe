"""Points in time in the database: aware and in UTC, and as text for many."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC on both sides: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC. Raises ValueError for a time without a zone, which could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MomentText(TypeDecorator[str]):
    """A point in time as ISO 8601 in UTC, for many: SQLite's text is not made a time first, which takes longer than the rest."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        """Return what `Moment` gives, as text."""
        if isinstance(value, str):  # 2026-03-01 12:00:00.000000
            whole = value.removesuffix(".000000")
            return f"{whole[:10]}T{whole[11:]}+00:00"
        return str(value.astimezone(UTC).isoformat())
