"""Add referrals."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_referral",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=False, index=True),
        sa.Column("party_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=True),
        sa.Column("party_name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("link_hashes", sa.JSON(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("eservice_referral")
