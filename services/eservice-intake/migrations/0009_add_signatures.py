"""Add signatures."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eservice_signature",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("reference", sa.String(), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("link_hashes", sa.JSON(), nullable=False),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("sender", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("sender_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=True),
        sa.Column("signer_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
    )
    op.create_index("ix_eservice_signature_due_at", "eservice_signature", ["due_at"])


def downgrade() -> None:
    op.drop_table("eservice_signature")
