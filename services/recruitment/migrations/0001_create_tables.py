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
        "ad",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("headline", sa.String(200), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("employer", sa.JSON(), nullable=False),
        sa.Column("occupation", sa.JSON(), nullable=False),
        sa.Column("ssyk", sa.String(4), nullable=False),
        sa.Column("number_of_vacancies", sa.Integer(), nullable=False),
        sa.Column("application_deadline", sa.Date(), nullable=False),
        sa.Column("application_details", sa.JSON(), nullable=False),
        sa.Column("workplace_address", sa.JSON(), nullable=False),
        sa.Column("employment_type", sa.String(40), nullable=False),
        sa.Column("working_hours_type", sa.String(40), nullable=False),
        sa.Column("must_have", sa.JSON(), nullable=False),
        sa.Column("nice_to_have", sa.JSON(), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("employer_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
    )
    op.create_index("ix_ad_board", "ad", ["status", "published_at", "id"])
    op.create_index("ix_ad_received_at", "ad", ["received_at", "id"])
    op.create_index("ix_ad_status", "ad", ["status", "received_at", "id"])
    for column in ("ssyk", "application_deadline", "sector", "employer_contact_id"):
        op.create_index(f"ix_ad_{column}", "ad", [column])
    op.create_table(
        "recruitment_event",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.String(10_000), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("registration_closes_at", UtcDateTime(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.Column("announced_by", sa.String(), nullable=False),
        sa.CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="ck_recruitment_event_seats_taken"),
    )
    op.create_index("ix_recruitment_event_starts_at", "recruitment_event", ["starts_at", "id"])
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), sa.ForeignKey("recruitment_event.id"), nullable=False),
        sa.Column("participant_contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("party_size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("event_id", "email_key", name="uq_registration_event_id_email_key"),
    )
    op.create_index("ix_registration_participant_contact_id", "registration", ["participant_contact_id"])


def downgrade() -> None:
    for table in ("registration", "recruitment_event", "ad"):
        op.drop_table(table)
    drop_contact_table()
    drop_messaging_tables()
