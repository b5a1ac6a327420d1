"""Add what a court ruled on a decision, and whether an applicant was told of simplified service."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
RULED = ("ruled_by", "ruling_number", "ruling_text")


def upgrade() -> None:
    with op.batch_alter_table("eservice_decision") as decision:
        decision.add_column(sa.Column("ruling", sa.String(40), nullable=True))
        decision.add_column(sa.Column("ruled_on", sa.Date(), nullable=True))
        for name in RULED:
            decision.add_column(sa.Column(name, sa.String(), nullable=True))
    with op.batch_alter_table("eservice_appeal") as appeal:
        for name in ("ruled_at", "lapsed_at"):
            appeal.add_column(sa.Column(name, UtcDateTime(), nullable=True))
    told = sa.Column("told_of_service", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("eservice_case", told)


def downgrade() -> None:
    with op.batch_alter_table("eservice_case") as case:
        case.drop_column("told_of_service")
    with op.batch_alter_table("eservice_appeal") as appeal:
        for name in ("ruled_at", "lapsed_at"):
            appeal.drop_column(name)
    with op.batch_alter_table("eservice_decision") as decision:
        for name in ("ruling", "ruled_on", *RULED):
            decision.drop_column(name)
