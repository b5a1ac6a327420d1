"""Add the registers' editions and what they hold."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEARCHED = sa.String(300).with_variant(sa.String(300, collation="C"), "postgresql")


def _edition() -> sa.Column:
    return sa.Column(
        "edition_id", sa.Uuid(), sa.ForeignKey("register_edition.id", ondelete="CASCADE"), primary_key=True
    )


def upgrade() -> None:
    op.create_table(
        "register_edition",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
    )
    is_current = sa.text("is_current")
    op.create_index(
        "ix_register_edition_current",
        "register_edition",
        ["kind"],
        unique=True,
        postgresql_where=is_current,
        sqlite_where=is_current,
    )
    op.create_table(
        "company",
        _edition(),
        sa.Column("number", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("street", sa.String(200), nullable=True),
        sa.Column("postal_code", sa.String(20), nullable=True),
        sa.Column("city", sa.String(100), nullable=True),
        sa.Column("country", sa.String(20), nullable=True),
        sa.Column("deregistered_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "address",
        _edition(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(150), nullable=False),
        sa.Column("postal_code", sa.String(6), nullable=False),
        sa.Column("city", sa.String(100), nullable=False),
        sa.Column("property_designation", sa.String(100), nullable=False),
        sa.Column("easting", sa.Float(), nullable=False),
        sa.Column("northing", sa.Float(), nullable=False),
        sa.Column("key", SEARCHED, nullable=False),
        sa.Column("property_key", SEARCHED, nullable=False),
    )
    op.create_index("ix_address_key", "address", ["edition_id", "key", "id"])
    op.create_index("ix_address_property_key", "address", ["edition_id", "property_key", "id"])
    op.create_table(
        "area",
        _edition(),
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    for table in ("area", "address", "company", "register_edition"):
        op.drop_table(table)
