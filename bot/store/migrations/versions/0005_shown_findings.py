"""Know for a while which message shows a finding, so that a reaction to it is feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; an older version of the bot can go on with it."""
    op.add_column("journal", sa.Column("shown", sa.String(64)))
