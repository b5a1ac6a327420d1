"""Views of the inbox that somebody has saved."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
