"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_inbox()
    _make_journal()
    _make_people()
    op.create_table(
        "secret_marks",
        sa.Column("id", sa.Integer(), autoincrement=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_secret_marks"),
    )


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("bot", sa.BigInteger(), autoincrement=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False),
        sa.Column("chat", sa.BigInteger()),
        sa.Column("person", sa.String(64)),
        sa.Column("content", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("received", _moment, nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_bot_state_update_id", "inbox", ["bot", "state", "update_id"])
    op.create_index("ix_inbox_person", "inbox", ["person"])


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", _number),
        sa.Column("time", _moment, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("disease", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("care", sa.String(16), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("feedback", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_person", "journal", ["person"])


def _make_people() -> None:
    op.create_table(
        "consents",
        sa.Column("person", sa.String(64)),
        sa.Column("time", _moment, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_consents"),
    )
    op.create_table(
        "choices",
        sa.Column("person", sa.String(64)),
        sa.Column("key", sa.String(32)),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name="pk_choices"),
    )
    op.create_table(
        "conversations",
        sa.Column("person", sa.String(64)),
        sa.Column("chat", sa.BigInteger(), autoincrement=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved", _moment, nullable=False),
        sa.PrimaryKeyConstraint("person", "chat", name="pk_conversations"),
    )
