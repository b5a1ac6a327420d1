"""Add rounds of the business survey, whom they invite, and what companies answer."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ROUND, INVITATION, ANSWER = "eservice_survey_round", "eservice_survey_invitation", "eservice_survey_answer"


def upgrade() -> None:
    op.create_table(
        ROUND,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("open_slot", sa.Integer(), nullable=True, unique=True),
        sa.Column("open_id", sa.Uuid(), nullable=True, unique=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("purge_on", sa.Date(), nullable=True, index=True),
    )
    op.create_table(
        INVITATION,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("round_id", sa.Uuid(), sa.ForeignKey(f"{ROUND}.id"), nullable=False),
        sa.Column("company_hash", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False, index=True),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True, index=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("round_id", "company_hash"),
    )
    op.create_table(
        ANSWER,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("round_id", sa.Uuid(), sa.ForeignKey(f"{ROUND}.id"), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), sa.ForeignKey(f"{ROUND}.open_id", onupdate="SET NULL"), nullable=True),
        sa.Column("company_hash", sa.String(64), nullable=False),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("eservice_case.id"), nullable=False, index=True),
        sa.Column("sector", sa.String(100), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.UniqueConstraint("round_id", "company_hash"),
    )
    op.create_index(f"ix_{ANSWER}_accepted_by", ANSWER, ["accepted_by"])


def downgrade() -> None:
    for table in (ANSWER, INVITATION, ROUND):
        op.drop_table(table)
