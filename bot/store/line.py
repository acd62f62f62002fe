"""The line of chats that wait: whoever lets an update wait lets its chat line up in the same transaction."""

from sqlalchemy import ColumnElement, Connection, select

from bot.store.database import Database
from bot.store.schema import inbox, turns
from bot.store.states import WAITING

TURN = "turn"  # what replicas are told where a chat waits that nobody has in hand


def line_up(connection: Connection, database: Database, *which: ColumnElement[bool]) -> None:
    """Let the chats of the updates that wait, and that these conditions name, have a turn; one that has keeps its place."""
    waits = (inbox.c.state == WAITING, inbox.c.chat.is_not(None), *which)
    chats = select(inbox.c.bot, inbox.c.chat, database.now()).where(*waits).distinct().order_by(inbox.c.chat)
    insert = database.insert(turns).from_select(["bot", "chat", "since"], chats)
    # It is written even where it is there, since that locks it: whoever finishes its last update at the same time would
    # otherwise take it away.
    kept = insert.on_conflict_do_update(index_elements=["bot", "chat"], set_={"was_told": turns.c.was_told})
    connection.execute(kept)
