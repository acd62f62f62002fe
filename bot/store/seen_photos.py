"""The photos that were answered lately, and the albums that are for the bot, as marks by which they are known again."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.records import SeenPhoto
from bot.store.schema import seen_photos
from bot.store.secret import Secret


class SeenPhotos:
    """One bot's answered photos. A mark is a keyed hash: it tells nobody which photo it was. All methods raise StoreError."""

    def __init__(self, database: Database, secret: Secret, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database, self._secret, self._bot = database, secret, bot
        insert = database.insert(seen_photos)
        self._insert = Prepared(insert.on_conflict_do_nothing())
        self._answer = insert.on_conflict_do_update(index_elements=["mark"], set_={"entry": insert.excluded.entry})

    def note(self, connection: Connection, photo: SeenPhoto, *, person: str, now: datetime) -> None:
        """Note within a transaction that a photo was answered; `person` is the keyed hash of whoever sent it."""
        self._insert.count(connection, mark=self._mark(photo), person=person, seen=now)

    async def has_seen(self, photo: SeenPhoto) -> bool:
        """Return whether this very photo was answered in this very message, for the same disease asked for."""
        return await self._has(self._mark(photo))

    async def note_album(self, album: str, *, person: str, now: datetime) -> None:
        """Note that an album is for the bot; `person` is the keyed hash of whoever sent it."""
        row = {"mark": self._album(album), "person": person, "seen": now}
        await self._database.write_about_person(lambda connection: self._insert.count(connection, **row))

    async def has_album(self, album: str) -> bool:
        """Return whether this album is for the bot."""
        return await self._has(self._album(album))

    def note_answer(self, connection: Connection, album: str, entry: int, *, person: str, now: datetime) -> None:
        """Note within a transaction which journal entry answers an album, for photos of it that come later."""
        row = {"mark": self._album(album), "person": person, "seen": now, "entry": entry}
        connection.execute(self._answer, row)

    async def answer_to(self, album: str, person: str) -> int | None:
        """Return the journal entry that answers an album of this person's; None where none does."""
        theirs = (seen_photos.c.mark == self._album(album), seen_photos.c.person == person)
        return await self._database.read(
            lambda connection: connection.scalar(select(seen_photos.c.entry).where(*theirs))
        )

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> None:
        """Forget what was answered before `keep`."""
        old = delete(seen_photos).where(seen_photos.c.seen < now - keep)
        await self._database.write(lambda connection: connection.execute(old))

    async def _has(self, mark: str) -> bool:
        statement = select(seen_photos.c.mark).where(seen_photos.c.mark == mark)
        return await self._database.read(lambda connection: connection.scalar(statement)) is not None

    def _album(self, album: str) -> str:
        # Without its chat, which may get another number between two photos of an album.
        return self._secret.of("album", self._bot, album)

    def _mark(self, photo: SeenPhoto) -> str:
        return self._secret.of("photo", self._bot, photo.chat, photo.message, photo.file, photo.asked)
