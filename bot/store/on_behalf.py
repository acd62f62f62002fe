"""On behalf of which update something is written about a person: where /forget has removed that update, nothing is."""

from contextvars import ContextVar

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from bot.store.prepared import Prepared
from bot.store.schema import inbox

Behalf = tuple[int, int]
"""A bot's id and the number of one of its updates."""

current: ContextVar[Behalf | None] = ContextVar("on_behalf", default=None)
"""The update that is being handled; None outside of handling one."""


class UpdateForgotten(Exception):
    """The update in hand was removed by /forget, in another chat: nothing is to be written about its person any more."""


def still_there() -> Select[tuple[int]]:
    """Return what selects the update `of_number` of the bot `of_bot`, and keeps it from being removed until the commit."""
    this = (
        inbox.c.bot == bindparam("of_bot", type_=BigInteger),
        inbox.c.update_id == bindparam("of_number", type_=BigInteger),
    )
    return select(inbox.c.update_id).where(*this).with_for_update(read=True, key_share=True)


_still_there = Prepared(still_there())


def check(connection: Connection, behalf: Behalf | None) -> None:
    """Keep an update from being removed until the transaction ends. Raises UpdateForgotten where it is gone."""
    if behalf and not _still_there.rows(connection, of_bot=behalf[0], of_number=behalf[1]):
        raise UpdateForgotten
