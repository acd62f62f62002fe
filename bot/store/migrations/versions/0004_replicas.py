"""Know the processes that share the work, which of them has which chat in hand, and the groups that moved."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; an older version of the bot can go on without them."""
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(32)),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_replicas"),
    )
    op.create_table(
        "turns",
        sa.Column("bot", sa.BigInteger(), autoincrement=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(32)),
        sa.Column("was_told", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("bot", "chat", name="pk_turns"),
    )
    op.create_index("ix_turns_bot_holder_since", "turns", ["bot", "holder", "since"])
    op.create_table(
        "moved_chats",
        sa.Column("old", sa.BigInteger(), autoincrement=False),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_moved_chats"),
    )
