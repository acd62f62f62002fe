"""The tables. A change of them needs a migration: a test compares the two."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

from bot.store.moments import Moment

REVISION = "0014"
"""The newest migration. A database at this revision is opened without loading Alembic."""


# SQLite assigns numbers, and finds rows by them without another index, only where the column is an INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    },
)

inbox = Table(
    "inbox",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),  # two bots number their updates alike
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger),
    Column("person", String(64)),
    Column("content", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", String(200)),
    Column("received", Moment, nullable=False),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("placeholder", BigInteger),  # the message that stands in the chat until the answer comes
    Index(None, "bot", "state", "chat", "update_id"),
    Index(None, "person"),
)

# The chats with updates that wait, in the order of `since`; one with a holder is in the hands of that replica.
turns = Table(
    "turns",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
    Column("holder", String(32)),
    Column("was_told", Boolean, nullable=False, server_default=false()),  # that it has to wait
    Index(None, "bot", "holder", "since"),
)

# The processes that answer now: one that was not seen for some seconds is dead, and sooner where its lock is free.
replicas = Table(
    "replicas",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("joined", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("offers", Text),  # ids of diseases, with spaces between
    Column("lock", BigInteger),  # see replica_lock
)

# Groups that became supergroups: what was sent before names the old number.
moved_chats = Table(
    "moved_chats",
    metadata,
    Column("old", BigInteger, primary_key=True, autoincrement=False),
    Column("new", BigInteger, nullable=False),
    Column("moved", Moment, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Number, primary_key=True),
    Column("time", Moment, nullable=False),
    Column("person", String(64), nullable=False),
    Column("disease", String(64), nullable=False),
    Column("model", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("label", String(64), nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("care", String(16), nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("feedback", String(64)),
    Column("symptoms", JSON(none_as_null=True)),  # codes of what its person notices; NULL where nothing was said
    Column("joint", BigInteger),  # the entry of this photo together with others of the same thing
    Column("photos", Integer),  # of such an entry: how many photos count for it
    Column("source", String(64)),  # the update that it is about, so that one that comes again gets no second entry
    Column("shown", String(64)),  # the message that shows it, as a keyed hash
    Column("review_label", String(64)),  # what a reviewer said of it
    Column("review_care", String(16)),
    Index(None, "person"),
    Index(None, "source", unique=True),
    # An id is never used twice, or an old feedback button could be about a newer entry.
    sqlite_autoincrement=True,
)

consents = Table(
    "consents",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("time", Moment, nullable=False),
    Column("version", String(32), nullable=False),
)

# Consents to more than the bot itself, each to one subject: "spots".
agreements = Table(
    "agreements",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("subject", String(32), primary_key=True),
    Column("time", Moment, nullable=False),
    Column("version", String(32), nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("value", String(200), nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
    Column("saved", Moment, nullable=False),
)

seen_photos = Table(
    "seen_photos",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("seen", Moment, nullable=False),
    Column("entry", BigInteger),  # the journal's, which answers an album
    Index(None, "person"),
)

# Where the photos of an entry are that several stand for: for a day, to look at each by itself.
joint_photos = Table(
    "joint_photos",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),  # the journal's
    Column("person", String(64), nullable=False),
    Column("content", JSON, nullable=False),
    Column("saved", Moment, nullable=False),
    Index(None, "person"),
)

# The spots that people follow, and what is known of their photos, which stay at Telegram.
spots = Table(
    "spots",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("disease", String(64), nullable=False),
    Column("place", String(32), nullable=False),  # on the body; empty where the person did not say
    Column("made", Moment, nullable=False),
    Index(None, "person"),
    # An id is never used twice, or an old button or link could be about a newer spot.
    sqlite_autoincrement=True,
)

spot_photos = Table(
    "spot_photos",
    metadata,
    Column("id", Number, primary_key=True),
    Column("spot", Number, ForeignKey("spots.id", ondelete="CASCADE"), nullable=False),
    Column("person", String(64), nullable=False),
    Column("taken", Moment, nullable=False),  # when it was sent: what a camera writes into a photo is not read
    Column("file", Text, nullable=False),  # Telegram's file_id
    Column("identity", String(64), nullable=False),  # Telegram's file_unique_id
    Column("entry", BigInteger),  # the journal's
    Column("model", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("label", String(64), nullable=False),
    Column("care", String(16), nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("features", JSON(none_as_null=True)),  # the outlined lesion's
    Column("answers", JSON(none_as_null=True)),  # codes of what the person said about it
    Column("size", Float),  # millimetres, with their uncertainty
    Column("uncertainty", Float),
    Index(None, "spot", "identity", unique=True),
    Index(None, "person", "entry"),
    sqlite_autoincrement=True,
)

# When a person is to be reminded of a spot; one that is not due any more stays for the week in which no other may come.
reminders = Table(
    "reminders",
    metadata,
    Column("spot", Number, ForeignKey("spots.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("person", String(64), nullable=False),
    Column("chat", BigInteger, nullable=False),  # the person's private one
    Column("language", String(16), nullable=False),  # that the person was spoken to in when they chose
    Column("months", Integer, nullable=False),  # between two reminders
    Column("chosen", Moment, nullable=False),
    Column("due", Moment),
    Column("claimed", Moment),  # by the process that is sending it
    Column("sent", Moment),  # the last one
    Index(None, "person"),
    Index(None, "due"),
)

# One row: the mark of the secret that this database's keyed hashes were made with.
secret_marks = Table(
    "secret_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mark", String(64), nullable=False),
)
