"""Add drafts."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_eservice_draft_expires_at", "eservice_draft", ["expires_at"])
    op.create_table(
        "eservice_attachment_hold",
        sa.Column("attachment_id", sa.Uuid(), sa.ForeignKey("eservice_attachment.id"), primary_key=True),
        sa.Column("draft_id", sa.Uuid(), primary_key=True),
    )
    op.create_index("ix_eservice_attachment_hold_draft_id", "eservice_attachment_hold", ["draft_id"])


def downgrade() -> None:
    op.drop_table("eservice_attachment_hold")
    op.drop_table("eservice_draft")
