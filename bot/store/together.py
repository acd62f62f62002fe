"""Findings of several photos together: which entries belong to one, and for a day where their photos are at Telegram."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from bot.store.database import Database
from bot.store.journal import Journal
from bot.store.records import JournalEntry
from bot.store.schema import joint_photos, journal

Json = Mapping[str, Any]  # anything that JSON can hold
KEPT = timedelta(days=1)  # file_ids, for "are these different?"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPhotos:
    """The entries of single photos that one answer is about; `joint` is the entry of them together, None of a single one.

    `symptoms` are what their person said about any of them; None where they said nothing.
    """

    joint: int | None
    entries: tuple[JournalEntry, ...]
    symptoms: tuple[str, ...] | None


class Together:
    """`person` is the keyed hash from Store.person. All methods raise StoreError."""

    def __init__(self, database: Database, entries: Journal) -> None:
        """Work on this database."""
        self._database, self._entries = database, entries
        insert = database.insert(joint_photos)
        kept = {name: insert.excluded[name] for name in ("content", "saved")}
        self._keep = insert.on_conflict_do_update(index_elements=["entry"], set_=kept)

    async def write(
        self, entry: JournalEntry, *, source: str, parts: Sequence[int], before: int | None, content: Json
    ) -> int:
        """Write the entry of photos together and return its id; `parts` are the entries of single photos that it is about.

        `before` is the entry that stood for some of them until now. `content` says where the photos
        are, for `KEPT`.
        """

        def write(connection: Connection) -> int:
            joint = self._entries.write_within(connection, entry, source=source)
            theirs: list[ColumnElement[bool]] = [journal.c.id.in_(parts)]
            if before not in (None, joint):
                theirs += [journal.c.joint == before, journal.c.id == before]
            connection.execute(update(journal).where(or_(*theirs)).values(joint=joint))
            row = {
                "entry": joint,
                "person": entry.person,
                "content": {**content, "before": before},
                "saved": entry.time,
            }
            connection.execute(self._keep, row)
            return joint

        return await self._database.write_about_person(write)

    async def photos_of(self, entry: int, person: str) -> EarlierPhotos | None:
        """Return the single photos that a person's entry is about; None where there is no such entry of theirs."""
        shown = await self._entries.of_person(entry, person)
        if shown is None:
            return None
        if shown.joint is None and shown.photos is None:
            return EarlierPhotos(joint=None, entries=(shown,), symptoms=shown.symptoms)
        joint = shown.joint or entry
        parts = await self._entries.parts_of(joint, person)
        last = await self._entries.of_person(joint, person)
        return EarlierPhotos(joint=joint, entries=parts, symptoms=_said_of((shown, *parts, *([last] if last else []))))

    async def kept(self, entry: int, person: str) -> dict[str, Any] | None:
        """Return where the photos of an entry are; None where that is not known any more."""
        statement = select(joint_photos.c.content).where(joint_photos.c.entry == entry, joint_photos.c.person == person)
        content: dict[str, Any] | None = await self._database.read(lambda connection: connection.scalar(statement))
        return content

    async def keep(self, entry: int, person: str, content: Json) -> None:
        """Change what is kept of an entry's photos."""
        statement = update(joint_photos).where(joint_photos.c.entry == entry, joint_photos.c.person == person)
        await self._database.write(lambda connection: connection.execute(statement.values(content=dict(content))))

    async def part(self, entry: int, *, before: int | None) -> None:
        """Take photos apart that turned out to be of different things, and forget where they are."""

        def part(connection: Connection) -> None:
            ours = update(journal).where(journal.c.joint == entry)
            if before is not None:
                connection.execute(ours.where(journal.c.id == before).values(joint=None))
            connection.execute(ours.values(joint=before))
            connection.execute(delete(joint_photos).where(joint_photos.c.entry == entry))

        await self._database.write(part)

    async def expire(self, *, now: datetime) -> None:
        """Forget where photos are that were looked at before `KEPT`."""
        old = delete(joint_photos).where(joint_photos.c.saved < now - KEPT)
        await self._database.write(lambda connection: connection.execute(old))


def _said_of(entries: Sequence[JournalEntry]) -> tuple[str, ...] | None:
    """Return the codes of all that was said about any of these, each once; None where nothing was."""
    said = [one.symptoms for one in entries if one.symptoms is not None]
    return tuple(dict.fromkeys(code for codes in said for code in codes)) if said else None
