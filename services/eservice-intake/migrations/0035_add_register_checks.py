"""Add what registers said of the answers."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_register_check",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=False),
        sa.Column("field", sa.String(100), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_eservice_register_check_case_id", "eservice_register_check", ["case_id"])
    op.add_column("eservice_signature", sa.Column("checks", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("eservice_signature") as signature:
        signature.drop_column("checks")
    op.drop_table("eservice_register_check")
