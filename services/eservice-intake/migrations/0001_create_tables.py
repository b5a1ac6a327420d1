"""Create the tables."""

import sqlalchemy as sa
from alembic import op

from operations.first_revision import (
    create_contact_table,
    create_messaging_tables,
    drop_contact_table,
    drop_messaging_tables,
)
from shared.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    create_contact_table()
    op.create_table(
        "eservice_case",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("reference", sa.String(), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("eservice", sa.String(100), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("applicant_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=True),
        sa.Column("identified", sa.Boolean(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "eservice_attachment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_eservice_attachment_uploaded_at", "eservice_attachment", ["uploaded_at"])
    op.create_table(
        "eservice_attachment_use",
        sa.Column("attachment_id", sa.Uuid(), sa.ForeignKey("eservice_attachment.id"), primary_key=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
    )
    op.create_index("ix_eservice_attachment_use_case_id", "eservice_attachment_use", ["case_id"])


def downgrade() -> None:
    op.drop_table("eservice_attachment_use")
    op.drop_table("eservice_attachment")
    op.drop_table("eservice_case")
    drop_contact_table()
    drop_messaging_tables()
