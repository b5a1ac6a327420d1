"""Say what a decision does: it decides the case, changes or revokes another, or dismisses an appeal; number them then."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("eservice_decision") as decision:
        decision.add_column(sa.Column("act", sa.String(40), nullable=False, server_default="decision"))
        decision.add_column(sa.Column("about_number", sa.Integer(), nullable=True))
        decision.drop_column("revoked_because")
    op.execute(sa.text("UPDATE eservice_decision SET act = 'dismissal' WHERE appeal_id IS NOT NULL"))
    with op.batch_alter_table("eservice_decision") as decision:
        decision.alter_column("number", existing_type=sa.Integer(), nullable=True)
    op.execute(sa.text("UPDATE eservice_decision SET number = NULL WHERE decided_at IS NULL"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM eservice_decision WHERE number IS NULL"))
    with op.batch_alter_table("eservice_decision") as decision:
        decision.add_column(sa.Column("revoked_because", sa.String(), nullable=True))
        decision.drop_column("about_number")
        decision.drop_column("act")
        decision.alter_column("number", existing_type=sa.Integer(), nullable=False)
