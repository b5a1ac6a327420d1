"""Add decisions and appeals."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _case() -> sa.ForeignKey:
    return sa.ForeignKey("eservice_case.id")


def upgrade() -> None:
    op.create_table(
        "eservice_decision",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), _case(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("appealable", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("proposed_by_name", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=True),
        sa.Column("delegation", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("control_due_on", sa.Date(), nullable=True, index=True),
        sa.Column("final_due_on", sa.Date(), nullable=True, index=True),
        sa.Column("final_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_because", sa.String(), nullable=True),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
    )
    op.create_index("ix_eservice_decision_case", "eservice_decision", ["case_id", "number"], unique=True)
    op.create_index("ix_eservice_decision_decided_at", "eservice_decision", ["decided_at", "id"])
    op.create_table(
        "eservice_appeal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), _case(), nullable=False, index=True),
        sa.Column("decision_id", sa.Uuid(), sa.ForeignKey("eservice_decision.id"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_applicant", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("forwarded_at", UtcDateTime(), nullable=True),
        sa.Column("dismissed_at", UtcDateTime(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("eservice_appeal")
    op.drop_table("eservice_decision")
