"""Create the tables."""

import sqlalchemy as sa
from alembic import op

from operations.first_revision import create_messaging_tables, drop_messaging_tables
from shared.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    _create_delivery()
    _create_staff_task()
    op.create_table(
        "suppressed_address",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("suppressed_at", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    for table in ("suppressed_address", "staff_task", "delivery"):
        op.drop_table(table)
    drop_messaging_tables()


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("event_id", "contact_id", name="uq_delivery_event_contact"),
    )
    due = sa.text("status IN ('queued', 'retry_wait', 'sending')")
    op.create_index(
        "ix_delivery_due", "delivery", ["priority", "next_attempt_at"], postgresql_where=due, sqlite_where=due
    )
    op.create_index("ix_delivery_about", "delivery", ["about"])
    op.create_index("ix_delivery_created_at", "delivery", ["created_at", "id"])
    relayed = sa.text("text_id IS NOT NULL")
    op.create_index(
        "ix_delivery_relayed",
        "delivery",
        ["contact_id", "next_attempt_at"],
        postgresql_where=relayed,
        sqlite_where=relayed,
    )
    trouble = sa.text("status NOT IN ('queued', 'sending', 'accepted')")
    op.create_index(
        "ix_delivery_trouble",
        "delivery",
        ["status", "created_at", "id"],
        postgresql_where=trouble,
        sqlite_where=trouble,
    )


def _create_staff_task() -> None:
    op.create_table(
        "staff_task",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("identified", sa.Boolean(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_by_name", sa.String(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("event_id", "queue", name="uq_staff_task_event_queue"),
    )
    waiting = sa.text("status <> 'done'")
    op.create_index(
        "ix_staff_task_waiting",
        "staff_task",
        ["queue", sa.text("urgent DESC"), "created_at", "id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    op.create_index(
        "ix_staff_task_status",
        "staff_task",
        ["queue", "status", "created_at"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    done = sa.text("status = 'done'")
    op.create_index(
        "ix_staff_task_done", "staff_task", ["queue", "done_at", "id"], postgresql_where=done, sqlite_where=done
    )
    op.create_index("ix_staff_task_about", "staff_task", ["about"])
