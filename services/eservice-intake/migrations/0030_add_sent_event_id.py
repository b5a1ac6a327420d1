"""Add of whose mail a decision counts as served."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
TABLES = ("eservice_decision", "eservice_decision_party")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("sent_event_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as recipient:
            recipient.drop_column("sent_event_id")
