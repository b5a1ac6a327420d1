"""Add how others were served, and why somebody was not by a receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_decision", sa.Column("service_reason", sa.String(), nullable=True))
    with op.batch_alter_table("eservice_decision_party") as party:
        party.add_column(sa.Column("service", sa.String(40), nullable=False, server_default="receipt"))
        party.add_column(sa.Column("service_reason", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_decision_party") as party:
        party.drop_column("service")
        party.drop_column("service_reason")
    with op.batch_alter_table("eservice_decision") as decision:
        decision.drop_column("service_reason")
