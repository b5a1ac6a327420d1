"""Add whose appeal a decision dismisses: they alone are served it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("eservice_decision", sa.Column("party_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_decision") as decision:
        decision.drop_column("party_id")
