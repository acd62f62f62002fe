"""Which messages are about which second opinion: so replies find their way, and it can be removed where it was shown."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.store.database import Database
from bot.store.opinion_tables import opinion_messages, second_opinions
from bot.store.records import OpinionMessage


class OpinionMessages:
    """One bot's messages about second opinions. All methods raise StoreError."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database, self._bot = database, bot
        self._insert = database.insert(opinion_messages).on_conflict_do_nothing()

    async def note(self, opinion: int, message: OpinionMessage) -> bool:
        """Note a message; False where the opinion was removed meanwhile."""
        # Locked, so that whoever removes it removes this message, too.
        its_person = select(second_opinions.c.person).where(second_opinions.c.id == opinion).with_for_update()
        row = {"bot": self._bot, "chat": message.chat, "message": message.message, "kind": message.kind}

        def note(connection: Connection) -> bool:
            person = connection.scalar(its_person)
            if person is not None:
                connection.execute(self._insert, row | {"opinion": opinion, "person": person})
            return person is not None

        return await self._database.write(note)

    async def outside(self, chat: int, opinion: int) -> Sequence[OpinionMessage]:
        """Return all about an opinion that are not in this chat, its person's, in their order."""
        t = opinion_messages.c
        which = (t.bot == self._bot, t.opinion == opinion, t.chat != chat)
        statement = select(t.chat, t.message, t.kind).where(*which).order_by(t.message)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [OpinionMessage(**row._mapping) for row in rows]
