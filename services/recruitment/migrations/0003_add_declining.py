"""Ads may be declined, with a reason that the companies are told."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ad") as table:
        table.add_column(sa.Column("declined_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("declined_by", sa.String(), nullable=True))
        table.add_column(sa.Column("decline_reason", sa.String(1000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ad") as table:
        for column in ("decline_reason", "declined_by", "declined_at"):
            table.drop_column(column)
