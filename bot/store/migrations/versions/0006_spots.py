"""Know the spots that people follow, what is known of their photos, and consents to more than the bot itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; an older version of the bot can go on without them."""
    _agreements()
    _spots()
    _photos()


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("person", sa.String(64)),
        sa.Column("subject", sa.String(32)),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person", "subject", name="pk_agreements"),
    )


def _spots() -> None:
    op.create_table(
        "spots",
        sa.Column("id", _NUMBER),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("disease", sa.String(64), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spots"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_spots_person", "spots", ["person"])


def _photos() -> None:
    op.create_table(
        "spot_photos",
        sa.Column("id", _NUMBER),
        sa.Column("spot", _NUMBER, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("entry", sa.BigInteger()),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("care", sa.String(16), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("features", sa.JSON()),
        sa.Column("answers", sa.JSON()),
        sa.Column("size", sa.Float()),
        sa.Column("uncertainty", sa.Float()),
        sa.PrimaryKeyConstraint("id", name="pk_spot_photos"),
        sa.ForeignKeyConstraint(["spot"], ["spots.id"], name="fk_spot_photos_spot", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_spot_photos_spot_identity", "spot_photos", ["spot", "identity"], unique=True)
    op.create_index("ix_spot_photos_person_entry", "spot_photos", ["person", "entry"])
