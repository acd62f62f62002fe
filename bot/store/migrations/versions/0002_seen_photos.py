"""Know the photos that were answered lately."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "seen_photos",
        sa.Column("mark", sa.String(64)),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_seen_photos"),
    )
    op.create_index("ix_seen_photos_person", "seen_photos", ["person"])
