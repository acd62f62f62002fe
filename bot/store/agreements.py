"""Consents to more than the bot itself, such as to spots being followed: one for each subject."""

from datetime import datetime

from sqlalchemy import select

from bot.store.database import Database
from bot.store.schema import agreements


class Agreements:
    """`person` is the keyed hash from Store.person, `subject` what was agreed to. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def version(self, person: str, subject: str) -> str | None:
        """Return the version of the text that the person agreed to last, None where they never did."""
        theirs = (agreements.c.person == person, agreements.c.subject == subject)
        statement = select(agreements.c.version).where(*theirs)
        version: str | None = await self._database.read(lambda connection: connection.scalar(statement))
        return version

    async def agree(self, person: str, subject: str, *, version: str, now: datetime) -> None:
        """Store that the person agreed to this version of the text about the subject."""
        values = {"time": now, "version": version}
        statement = self._database.insert(agreements).values(person=person, subject=subject, **values)
        statement = statement.on_conflict_do_update(index_elements=["person", "subject"], set_=values)
        await self._database.write_about_person(lambda connection: connection.execute(statement))
