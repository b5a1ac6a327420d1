"""Add which event's mail tells the last day of a case, and what is known of it."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_case", sa.Column("sent_event_id", sa.Uuid(), nullable=True))
    op.add_column("eservice_case", sa.Column("unreached_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as rows:
        rows.drop_column("unreached_at")
        rows.drop_column("sent_event_id")
