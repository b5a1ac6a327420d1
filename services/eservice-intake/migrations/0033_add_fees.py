"""Add fees, their exports, and how a decision's fee was computed."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_fee",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("calculation", sa.JSON(), nullable=False),
        sa.Column("controlled_on", sa.Date()),
        sa.Column("risk_class", sa.String()),
        sa.Column("amount", sa.Integer()),
        sa.Column("reason", sa.String()),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_by_name", sa.String()),
        sa.Column("delegation", sa.String()),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("export_number", sa.Integer()),
    )
    for name in ("case_id", "approved_at", "export_number"):
        op.create_index(f"ix_eservice_fee_{name}", "eservice_fee", [name])
    op.create_table(
        "eservice_fee_export",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("fees", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("exported_at", UtcDateTime(), nullable=False),
        sa.Column("exported_by_name", sa.String(), nullable=False),
    )
    op.create_index("ix_eservice_fee_export_unit", "eservice_fee_export", ["unit"])
    op.add_column("eservice_decision", sa.Column("fee_basis", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("eservice_decision") as decision:
        decision.drop_column("fee_basis")
    op.drop_table("eservice_fee_export")
    op.drop_table("eservice_fee")
