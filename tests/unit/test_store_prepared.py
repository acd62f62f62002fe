"""A prepared statement gives what SQLAlchemy gives, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

from databases import FreshDatabase
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store.prepared import Prepared
from bot.store.schema import journal

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ENTRY = {
    **{name: name for name in ("person", "disease", "model", "outcome", "label", "care")},
    **{"time": NOW.astimezone(timezone(timedelta(hours=5))), "probabilities": {"mel": 0.25}, "alarm": True},
    **{"reasons": ["care_alarm", "Ü"], "milliseconds": 12.5, "symptoms": None, "source": "1:7"},
}
WRITE = Prepared(insert(journal).returning(journal.c.id))
READ = select(journal).where(journal.c.label == bindparam("named"))


async def test_what_a_prepared_statement_writes_and_reads_is_what_sqlalchemy_reads(database: FreshDatabase) -> None:
    def work(connection: Connection) -> tuple[list[object], list[object]]:
        WRITE.first(connection, **ENTRY)
        read = Prepared(READ).rows(connection, named="label")
        return list(read[0]), list(connection.execute(READ, {"named": "label"}).one())

    async with database.open():
        read, wanted = await database.run(work)
    assert read == wanted
    assert (read[1], read[7], read[9], read[10], read[13]) == (NOW, {"mel": 0.25}, True, ["care_alarm", "Ü"], None)


async def test_a_prepared_statement_says_how_many_rows_it_changed(database: FreshDatabase) -> None:
    change = Prepared(update(journal).where(journal.c.label == bindparam("named")).values(feedback="yes"))
    remove = Prepared(delete(journal).where(journal.c.label == bindparam("named")))

    def work(connection: Connection) -> tuple[int, ...]:
        for number in range(3):
            WRITE.first(connection, **ENTRY | {"source": f"1:{number}"})
        asked = (("label", change), ("label", remove), ("label", change), ("label", remove))
        return tuple(one.count(connection, named=named) for named, one in asked)

    async with database.open():
        assert await database.run(work) == (3, 3, 0, 0)
