"""Know which findings are of photos of the same thing, and for a day where those photos are at Telegram."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns and the table; an older version of the bot can go on with them."""
    op.add_column("journal", sa.Column("joint", sa.BigInteger()))
    op.add_column("journal", sa.Column("photos", sa.Integer()))
    op.create_table(
        "joint_photos",
        sa.Column("entry", sa.BigInteger(), autoincrement=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_joint_photos"),
    )
    op.create_index("ix_joint_photos_person", "joint_photos", ["person"])
