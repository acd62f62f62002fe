"""Know which diseases each replica offers, so that a photo can wait for one that has its disease."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; replicas of an older version leave it empty."""
    op.add_column("replicas", sa.Column("offers", sa.Text(), nullable=True))
