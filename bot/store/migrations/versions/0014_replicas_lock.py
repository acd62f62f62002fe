"""Know which lock each replica holds while it is connected, so that the others see at once when its process has died."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; replicas of an older version leave it empty, and are waited for longer."""
    op.add_column("replicas", sa.Column("lock", sa.BigInteger(), nullable=True))
