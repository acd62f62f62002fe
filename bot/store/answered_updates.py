"""Updates that are answered: noted at once, and known to the database in the transaction that comes next."""

from functools import partial

from sqlalchemy import Connection

from bot.store.database import Database
from bot.store.records import Answered
from bot.store.seen_photos import SeenPhotos
from bot.store.shown_findings import ShownFindings
from bot.store.update_table import UpdateTable


class AnsweredUpdates:
    """Marks one bot's updates as answered, their photos as seen and the finding as shown, all at once."""

    def __init__(self, database: Database, updates: UpdateTable, photos: SeenPhotos, shown: ShownFindings) -> None:
        """Mark it in these tables."""
        self._database, self._updates, self._photos, self._shown = database, updates, photos, shown

    def note(self, answered: Answered) -> None:
        """Let no kill make these updates come again, as far as a file can do that, until `mark` or `mark_within` ends well."""
        self._updates.note_answered(*answered.photos)

    async def mark(self, answered: Answered) -> None:
        """Mark them in a transaction of its own, ahead of others. Raises StoreError."""
        with self._updates.answered(*answered.photos):
            await self._database.write(partial(self.mark_within, answered=answered), urgent=True)

    def mark_within(self, connection: Connection, answered: Answered) -> None:
        """Do the same within a transaction; of what /forget has removed, nothing is noted."""
        there = [number for number in answered.photos if self._updates.mark_done(connection, number)]
        for number in there:
            if photo := answered.photos[number]:
                self._photos.note(connection, photo, person=answered.person, now=answered.time)
        if answered.shown:
            self._shown.note_within(connection, answered.shown)
        if there and answered.shown and answered.shown.album:
            album, entry = answered.shown.album, answered.shown.entry
            self._photos.note_answer(connection, album, entry, person=answered.person, now=answered.time)
