"""Create the tables."""

import sqlalchemy as sa
from alembic import op

from operations.first_revision import (
    create_contact_table,
    create_messaging_tables,
    drop_contact_table,
    drop_messaging_tables,
)
from shared.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    create_contact_table()
    op.create_table(
        "house",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("property_designation", sa.String(100), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("area_key", sa.String(), nullable=False),
        sa.Column("easting", sa.Float(), nullable=False),
        sa.Column("northing", sa.Float(), nullable=False),
        sa.Column("house_type", sa.String(40), nullable=False),
        sa.Column("condition", sa.String(40), nullable=False),
        sa.Column("offer", sa.String(40), nullable=False),
        sa.Column("price_idea", sa.Integer(), nullable=True),
        sa.Column("year_built", sa.Integer(), nullable=True),
        sa.Column("living_area_m2", sa.Integer(), nullable=True),
        sa.Column("lot_area_m2", sa.Integer(), nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("heating", sa.String(40), nullable=True),
        sa.Column("water", sa.String(40), nullable=True),
        sa.Column("sewage", sa.String(40), nullable=True),
        sa.Column("electricity", sa.Boolean(), nullable=True),
        sa.Column("fibre", sa.Boolean(), nullable=True),
        sa.Column("winter_road", sa.Boolean(), nullable=True),
        sa.Column("distance_to_school_km", sa.Float(), nullable=True),
        sa.Column("distance_to_shop_km", sa.Float(), nullable=True),
        sa.Column("distance_to_bus_km", sa.Float(), nullable=True),
        sa.Column("years_empty", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(4000), nullable=True),
        sa.Column("owner_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("listing_consent_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
    )
    op.create_index("ix_house_board", "house", ["status", "published_at", "id"])
    op.create_index("ix_house_received_at", "house", ["received_at", "id"])
    op.create_index("ix_house_status", "house", ["status", "received_at", "id"])
    op.create_index("ix_house_area_key", "house", ["area_key"])
    op.create_index("ix_house_owner_contact_id", "house", ["owner_contact_id"])
    op.create_table(
        "interest",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("house_id", sa.Uuid(), sa.ForeignKey("house.id"), nullable=False),
        sa.Column("seeker_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_interest_house_id", "interest", ["house_id"])
    op.create_index("ix_interest_seeker_contact_id", "interest", ["seeker_contact_id"])


def downgrade() -> None:
    for table in ("interest", "house"):
        op.drop_table(table)
    drop_contact_table()
    drop_messaging_tables()
