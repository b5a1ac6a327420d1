"""Add whom else a decision is served on."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_decision_party",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("link_hashes", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=False, index=True),
        sa.Column("decision_id", sa.Uuid(), sa.ForeignKey("eservice_decision.id"), nullable=False, index=True),
        sa.Column("party_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=True),
        sa.Column("party_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
    )
    op.add_column("eservice_appeal", sa.Column("party_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_appeal") as appeal:
        appeal.drop_column("party_id")
    op.drop_table("eservice_decision_party")
