"""Add whether others know of simplified service, and when their control message goes."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = "eservice_decision_party"
INDEX = "ix_eservice_decision_party_control_due_on"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as party:
        party.add_column(sa.Column("control_due_on", sa.Date(), nullable=True))
        party.add_column(sa.Column("told_of_service", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(INDEX, TABLE, ["control_due_on"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    with op.batch_alter_table(TABLE) as party:
        party.drop_column("told_of_service")
        party.drop_column("control_due_on")
