"""Know which finding answered an album, for a photo of it that comes later."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; an older version of the bot can go on with it."""
    op.add_column("seen_photos", sa.Column("entry", sa.BigInteger()))
