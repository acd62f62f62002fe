"""The tables of second opinions: what reviewers are asked, and the messages in which they and its person speak of it."""

from sqlalchemy import JSON, BigInteger, Column, Connection, Index, String, Table, case, delete, update

from bot.store.moments import Moment
from bot.store.schema import Number, metadata

second_opinions = Table(
    "second_opinions",
    metadata,
    Column("id", Number, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    Column("entry", BigInteger, nullable=False),  # of the journal: what reviewers are asked about
    Column("chat", BigInteger, nullable=False),  # the person's private one
    Column("message", BigInteger, nullable=False),  # there, with the bot's answer
    Column("language", String(16)),  # of the person's app
    Column("files", JSON, nullable=False),  # Telegram's names of the photo and the picture: [["photo", "AgAC…"], …]
    Column("state", String(16), nullable=False),
    Column("terms", String(32)),  # which version its person agreed to, and when
    Column("agreed", Moment),
    Column("waits_since", Moment),  # the person, for words of a reviewer
    Column("reviewer", String(64)),  # who has taken it, as a keyed hash
    Column("group_chat", BigInteger),  # the reviewers'
    Column("group_message", BigInteger),  # there, with the buttons
    Column("changed", Moment, nullable=False),
    Index(None, "entry", unique=True),
    Index(None, "person"),
    sqlite_autoincrement=True,  # an old button must not be about a newer one
)

opinion_messages = Table(
    "opinion_messages",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),  # two bots number a chat's messages alike
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("opinion", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # see OpinionMessage
    Index(None, "opinion"),
    Index(None, "person"),
)


def forget_opinions(connection: Connection, person: str) -> None:
    """Delete, within a transaction, what reviewers were asked about a person, and let go what they took as a reviewer."""
    t = second_opinions.c
    connection.execute(delete(second_opinions).where(t.person == person))
    connection.execute(delete(opinion_messages).where(opinion_messages.c.person == person))
    free = {"reviewer": None, "state": case((t.state == "taken", "waits"), else_=t.state)}
    connection.execute(update(second_opinions).where(t.reviewer == person).values(free))


def move_opinions(connection: Connection, old: int, new: int) -> None:
    """Let, within a transaction, a group that moved keep what it was asked; it is to be shown there anew."""
    t = second_opinions.c
    connection.execute(update(second_opinions).where(t.group_chat == old).values(group_chat=new, group_message=None))
