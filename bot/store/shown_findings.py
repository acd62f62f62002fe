"""Which message shows a finding, as a keyed hash in the journal: a reaction to the message is feedback on the finding."""

from sqlalchemy import Connection, bindparam, select, update

from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.records import ShownFinding
from bot.store.schema import journal
from bot.store.secret import Secret


class ShownFindings:
    """One bot's findings in messages. `person` is the keyed hash. All methods raise StoreError."""

    def __init__(self, database: Database, secret: Secret, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database, self._secret, self._bot = database, secret, bot
        self._note = Prepared(update(journal).where(journal.c.id == bindparam("entry")).values(shown=bindparam("mark")))

    async def note(self, shown: ShownFinding) -> None:
        """Note which message shows a finding."""
        await self._database.write(lambda connection: self.note_within(connection, shown))

    def note_within(self, connection: Connection, shown: ShownFinding) -> None:
        """Do as `note` does, within a transaction."""
        mark = self._mark(shown.chat, shown.message)
        self._note.count(connection, entry=shown.entry, mark=mark)

    async def entry_of(self, chat: int, message: int, person: str) -> int | None:
        """Return the entry whose finding a message shows; None where it shows none of this person's."""
        theirs = (journal.c.shown == self._mark(chat, message), journal.c.person == person)
        return await self._database.read(lambda connection: connection.scalar(select(journal.c.id).where(*theirs)))

    async def react(self, chat: int, message: int, person: str, value: str | None, *, before: str | None) -> bool:
        """Store a reaction as its person's feedback on their own finding. False where the message shows none of theirs.

        None takes back what the reaction before said, unless something else was said since.
        """
        theirs = (journal.c.shown == self._mark(chat, message), journal.c.person == person)
        statement = update(journal).where(*theirs).values(feedback=value)
        if value is None:
            statement = statement.where(journal.c.feedback == before)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount > 0)

    def _mark(self, chat: int, message: int) -> str:
        return self._secret.of("finding", self._bot, chat, message)
