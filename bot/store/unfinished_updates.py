"""Updates that are not answered, as the operator sees them: listed without their content, tried again, or dropped."""

from sqlalchemy import ColumnElement, and_, select, true, update

from bot.store.database import Database
from bot.store.records import ListedUpdate
from bot.store.schema import inbox
from bot.store.states import DONE, SET_ASIDE, WAITING


class UnfinishedUpdates:
    """The updates of all bots in this database. All methods raise StoreError."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    async def listed(self, *states: str) -> list[ListedUpdate]:
        """Return the updates in one of these states, by default those that were given up, in order of update_id."""
        columns = [inbox.c[name] for name in ListedUpdate.__slots__ if name != "has_content"]
        statement = select(*columns, inbox.c.content.is_not(None).label("has_content"))
        statement = statement.where(inbox.c.state.in_(states or (SET_ASIDE,))).order_by(inbox.c.update_id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [ListedUpdate(**row._mapping) for row in rows]

    async def bots(self, update_id: int) -> list[int]:
        """Return the bots that have given up an update with this number: each numbers its own."""
        statement = select(inbox.c.bot).where(_given_up(update_id)).order_by(inbox.c.bot)
        return await self._database.read(lambda connection: list(connection.execute(statement).scalars()))

    async def retry(self, update_id: int, *, bot: int | None = None) -> bool:
        """Let an update that was given up wait again, as if it were new. False where there is none to retry.

        `bot` says whose, where several have one with this number.
        """
        kept = and_(_given_up(update_id, bot), inbox.c.content.is_not(None))
        return await self._change(kept, state=WAITING, attempts=0, deaths=0, reason=None)

    async def drop(self, update_id: int, *, bot: int | None = None) -> bool:
        """Delete the content of an update that was given up, from the disk, too. False where there is no such update."""
        dropped = await self._change(_given_up(update_id, bot), state=DONE, content=None, person=None)
        await self._database.wipe()
        return dropped

    async def _change(self, which: ColumnElement[bool], **values: object) -> bool:
        statement = update(inbox).where(which).values(**values)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount > 0)


def _given_up(update_id: int, bot: int | None = None) -> ColumnElement[bool]:
    of = true() if bot is None else inbox.c.bot == bot
    return and_(inbox.c.update_id == update_id, inbox.c.state == SET_ASIDE, of)
