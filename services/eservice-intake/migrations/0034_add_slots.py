"""Add times with staff, which are booked for cases."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_slot",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("link_hashes", sa.JSON(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_name", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=True, unique=True),
        sa.Column("booked_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True, index=True),
        sa.UniqueConstraint("host", "starts_at", name="uq_eservice_slot_host_starts_at"),
    )
    op.create_index("ix_eservice_slot_unit_starts_at", "eservice_slot", ["unit", "starts_at", "id"])


def downgrade() -> None:
    op.drop_table("eservice_slot")
