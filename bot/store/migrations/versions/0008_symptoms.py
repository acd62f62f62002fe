"""Keep what a person notices of what was found, as codes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; an older version of the bot can go on with it."""
    op.add_column("journal", sa.Column("symptoms", sa.JSON()))
