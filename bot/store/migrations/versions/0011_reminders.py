"""Keep when people want to be reminded of a spot that they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table; an older version of the bot can go on without it."""
    op.create_table(
        "reminders",
        sa.Column("spot", _number, sa.ForeignKey("spots.id", ondelete="CASCADE"), autoincrement=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("chosen", _moment, nullable=False),
        sa.Column("due", _moment),
        sa.Column("claimed", _moment),
        sa.Column("sent", _moment),
        sa.PrimaryKeyConstraint("spot", name="pk_reminders"),
    )
    op.create_index("ix_reminders_person", "reminders", ["person"])
    op.create_index("ix_reminders_due", "reminders", ["due"])
