"""Add the figures of each e-service and quarter that everybody may see."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_figure",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=True),
        sa.Column("decided", sa.Integer(), nullable=True),
        sa.Column("median_days", sa.Float(), nullable=True),
        sa.Column("ratings", sa.Integer(), nullable=True),
        sa.Column("mean_rating", sa.Float(), nullable=True),
        sa.Column("succeeded", sa.Integer(), nullable=True),
        sa.UniqueConstraint("quarter", "eservice"),
    )


def downgrade() -> None:
    op.drop_table("eservice_figure")
