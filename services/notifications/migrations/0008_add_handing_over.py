"""A statutory mail that is about to be handed over is noted."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("handed_over_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "handed_over_at")
