"""Know which message stands in a chat while an answer takes long, so that it goes before the answer comes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; an older version of the bot can go on with it."""
    op.add_column("inbox", sa.Column("placeholder", sa.BigInteger()))
