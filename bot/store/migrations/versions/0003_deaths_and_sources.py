"""Count the processes that ended with an update in hand, find a chat's next update, and one journal entry for an update."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and indexes; an older version of the bot can go on with them."""
    op.add_column("inbox", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE inbox SET chat = 0 WHERE chat IS NULL AND state IN ('waiting', 'held')")
    op.drop_index("ix_inbox_bot_state_update_id", "inbox")
    op.create_index("ix_inbox_bot_state_chat_update_id", "inbox", ["bot", "state", "chat", "update_id"])
    op.add_column("journal", sa.Column("source", sa.String(64)))
    op.create_index("ix_journal_source", "journal", ["source"], unique=True)
