"""Ask reviewers about findings, and know what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and add the columns; an older version of the bot can go on with them."""
    op.add_column("journal", sa.Column("review_label", sa.String(64)))
    op.add_column("journal", sa.Column("review_care", sa.String(16)))
    _make_opinions()
    op.create_table(
        "opinion_messages",
        sa.Column("bot", sa.BigInteger(), autoincrement=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False),
        sa.Column("message", sa.BigInteger(), autoincrement=False),
        sa.Column("opinion", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("bot", "chat", "message", name="pk_opinion_messages"),
    )
    op.create_index("ix_opinion_messages_opinion", "opinion_messages", ["opinion"])
    op.create_index("ix_opinion_messages_person", "opinion_messages", ["person"])


def _make_opinions() -> None:
    op.create_table(
        "second_opinions",
        sa.Column("id", _number),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("terms", sa.String(32)),
        sa.Column("agreed", _moment),
        sa.Column("waits_since", _moment),
        sa.Column("reviewer", sa.String(64)),
        sa.Column("group_chat", sa.BigInteger()),
        sa.Column("group_message", sa.BigInteger()),
        sa.Column("changed", _moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_second_opinions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_second_opinions_entry", "second_opinions", ["entry"], unique=True)
    op.create_index("ix_second_opinions_person", "second_opinions", ["person"])
