"""The spots that people follow: where on the body, and of each photo its date, finding and measures; never the photo."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select, update

from bot.store.database import Database
from bot.store.records import JournalEntry, ListedSpot, Spot, SpotPhoto
from bot.store.schema import spot_photos, spots

KEPT = timedelta(days=731)  # after a spot's last photo
MOST_SPOTS = 200  # of one person
MOST_PHOTOS = 100  # of one spot
_OWN = [column for column in spot_photos.c if column.name not in ("spot", "person")]
_FINDING = ("model", "outcome", "label", "alarm", "probabilities")
_WRITTEN = [column.name for column in _OWN if column.name != "id"]


class Spots:
    """`person` is the keyed hash from Store.person: nobody reads or changes another one's spot. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        self._insert = database.insert(spot_photos).on_conflict_do_nothing()
        self._listed = _listed()

    async def follow(
        self, photo: SpotPhoto, *, person: str, chat: int, disease: str, place: str, now: datetime
    ) -> int | None:
        """Follow the spot that a photo shows, and return its id; None where the person follows as many as they may.

        A spot that has this photo already is returned, and gets the place.
        """

        def write(connection: Connection) -> int | None:
            found = _with_photo(connection, person, photo.identity)
            if found is not None:
                connection.execute(update(spots).where(spots.c.id == found).values(place=place))
                return found
            if _count(connection, select(func.count()).where(spots.c.person == person)) >= MOST_SPOTS:
                return None
            row = {"person": person, "chat": chat, "disease": disease, "place": place, "made": now}
            made: int = connection.execute(self._database.insert(spots).returning(spots.c.id), row).scalar_one()
            connection.execute(self._insert, _row(photo, made, person))
            return made

        return await self._database.write_about_person(write)

    async def add(self, photo: SpotPhoto, *, spot: int, person: str) -> bool:
        """Add a photo to a person's spot, once. False where there is no such spot of theirs, or it has as many as it may."""

        def write(connection: Connection) -> bool:
            if connection.scalar(_theirs(select(spots.c.id), spot, person)) is None:
                return False
            known = select(func.count()).where(spot_photos.c.spot == spot, spot_photos.c.identity == photo.identity)
            if _count(connection, known):
                return True
            if _count(connection, select(func.count()).where(spot_photos.c.spot == spot)) >= MOST_PHOTOS:
                return False
            connection.execute(self._insert, _row(photo, spot, person))
            return True

        return await self._database.write_about_person(write)

    async def take_out(self, entry: int, *, spot: int, person: str) -> bool:
        """Remove the photo of this journal entry from a person's spot, unless it has no other. False where it is not in it."""

        def write(connection: Connection) -> bool:
            theirs = (spot_photos.c.spot == spot, spot_photos.c.person == person)
            others = select(func.count()).where(*theirs, spot_photos.c.entry.is_distinct_from(entry))
            if not _count(connection, others):
                return False
            return connection.execute(delete(spot_photos).where(*theirs, spot_photos.c.entry == entry)).rowcount > 0

        taken = await self._database.write(write)
        await self._database.wipe()
        return taken

    async def listed(self, person: str) -> list[ListedSpot]:
        """Return all spots of a person, the one with the newest photo first, in one query."""
        rows = await self._database.read(lambda connection: connection.execute(self._listed, {"of": person}).all())
        return [ListedSpot(**row._mapping) for row in rows]

    async def one(self, spot: int, person: str) -> Spot | None:
        """Return a spot of the person's with its photos, None where there is none."""
        head = _theirs(select(spots.c.id, spots.c.chat, spots.c.disease, spots.c.place, spots.c.made), spot, person)
        photos = select(*_OWN).where(spot_photos.c.spot == spot)
        photos = photos.order_by(spot_photos.c.taken.desc(), spot_photos.c.id.desc())

        def read(connection: Connection) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
            found = connection.execute(head).one_or_none()
            return found, connection.execute(photos).all() if found else ()

        found, rows = await self._database.read(read)
        return None if found is None else Spot(**found._mapping, photos=tuple(_photo(**row._mapping) for row in rows))

    async def with_photo(self, person: str, identity: str) -> int | None:
        """Return the person's spot that has this photo, by its file_unique_id; None where none has."""
        return await self._database.read(lambda connection: _with_photo(connection, person, identity))

    async def with_entry(self, person: str, entry: int) -> int | None:
        """Return the person's spot with the photo of this journal entry; None where none has it."""
        theirs = (spot_photos.c.person == person, spot_photos.c.entry == entry)
        statement = select(spot_photos.c.spot).where(*theirs).limit(1)
        found: int | None = await self._database.read(lambda connection: connection.scalar(statement))
        return found

    async def judge_anew(self, before: int, found: JournalEntry) -> None:
        """Give the photo of the journal entry `before`, where its person follows it, the finding of another entry of theirs."""
        theirs = (spot_photos.c.person == found.person, spot_photos.c.entry == before)
        finding = {name: getattr(found, name) for name in _FINDING} | {"entry": found.id, "care": found.care or ""}
        await self._database.write(
            lambda connection: connection.execute(update(spot_photos).where(*theirs).values(finding))
        )

    async def answer(self, person: str, entry: int, answers: Sequence[str]) -> None:
        """Note what the person said about the spot on the photo of this journal entry, where they follow it."""
        theirs = (spot_photos.c.person == person, spot_photos.c.entry == entry)
        statement = update(spot_photos).where(*theirs).values(answers=list(answers))
        await self._database.write(lambda connection: connection.execute(statement))

    async def measure(self, person: str, entry: int, *, size: float, uncertainty: float) -> None:
        """Note how large the spot is on the photo of this journal entry, in millimetres, where the person follows it."""
        theirs = (spot_photos.c.person == person, spot_photos.c.entry == entry)
        statement = update(spot_photos).where(*theirs).values(size=size, uncertainty=uncertainty)
        await self._database.write(lambda connection: connection.execute(statement))

    async def stop(self, spot: int, person: str) -> bool:
        """Delete a spot of the person's with all that is known of its photos, from the disk, too. False where there is none."""
        theirs = delete(spots).where(spots.c.id == spot, spots.c.person == person)
        stopped = await self._database.write(lambda connection: connection.execute(theirs).rowcount == 1)
        await self._database.wipe()
        return stopped

    async def expire(self, *, now: datetime, keep: timedelta = KEPT) -> int:
        """Delete the spots without a photo since `keep`, and return how many."""
        newer = select(spot_photos.c.spot).where(spot_photos.c.taken >= now - keep)
        old = delete(spots).where(spots.c.id.not_in(newer))
        return await self._database.write(lambda connection: connection.execute(old).rowcount)


def _listed() -> Select[Any]:
    """Return what selects a person's spots with their last photo; made once, since it takes longer than to execute."""
    spot, newest_first = spot_photos.c.spot, (spot_photos.c.taken.desc(), spot_photos.c.id.desc())
    photos = (
        select(
            *spot_photos.c["spot", "taken", "outcome", "label", "care"],
            func.count().over(partition_by=spot).label("photos"),
            func.row_number().over(partition_by=spot, order_by=newest_first).label("place_in_time"),
        )
        .where(spot_photos.c.person == bindparam("of"))
        .subquery()
    )
    last = photos.c["photos", "taken", "outcome", "label", "care"]
    statement = select(spots.c.id, spots.c.disease, spots.c.place, *last).join(photos, photos.c.spot == spots.c.id)
    return statement.where(photos.c.place_in_time == 1).order_by(photos.c.taken.desc(), spots.c.id.desc())


def _theirs(statement: Select[Any], spot: int, person: str) -> Select[Any]:
    return statement.where(spots.c.id == spot, spots.c.person == person)


def _with_photo(connection: Connection, person: str, identity: str) -> int | None:
    theirs = (spot_photos.c.person == person, spot_photos.c.identity == identity)
    found: int | None = connection.scalar(select(spot_photos.c.spot).where(*theirs).limit(1))
    return found


def _count(connection: Connection, statement: Select[Any]) -> int:
    return connection.scalar(statement) or 0


def _row(photo: SpotPhoto, spot: int, person: str) -> dict[str, Any]:
    row = {name: getattr(photo, name) for name in _WRITTEN}
    answers = None if photo.answers is None else list(photo.answers)
    return {**row, "answers": answers, "spot": spot, "person": person}


def _photo(*, answers: list[str] | None, **columns: Any) -> SpotPhoto:
    return SpotPhoto(answers=None if answers is None else tuple(answers), **columns)
