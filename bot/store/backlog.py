"""How much of a bot's updates is unfinished, and since when the oldest waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.schema import inbox
from bot.store.states import SET_ASIDE, WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogSize:
    """Counts of updates; `oldest` is when the first of those that wait was received, None where none does."""

    waiting: int = 0
    oldest: datetime | None = None
    set_aside: int = 0


class Backlog:
    """The unfinished updates of one bot, whichever process received them."""

    def __init__(self, database: Database, *, bot: int) -> None:
        """Work on this database, for the bot with this id."""
        self._database = database
        states = inbox.c.state.in_((WAITING, SET_ASIDE))
        columns = (inbox.c.state, func.count(), func.min(inbox.c.received))
        self._statement = select(*columns).where(inbox.c.bot == bot, states).group_by(inbox.c.state)

    async def size(self) -> BacklogSize:
        """Return how much there is. Raises StoreError."""
        rows = await self._database.read(lambda connection: connection.execute(self._statement).all())
        found = {state: (count, oldest) for state, count, oldest in rows}
        waiting, oldest = found.get(WAITING, (0, None))
        return BacklogSize(waiting=waiting, oldest=oldest, set_aside=found.get(SET_ASIDE, (0, None))[0])
