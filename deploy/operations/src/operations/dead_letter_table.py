"""The table of the services that read events for what they could not handle. Frozen, as `first_revision` is."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime


def create_dead_letters() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("set_aside_at", UtcDateTime(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
    )
    op.create_index("ix_dead_letter_cause", "dead_letter", ["status", "error", "set_aside_at", "id"])
    op.create_index("ix_dead_letter_set_aside_at", "dead_letter", ["set_aside_at"])


def drop_dead_letters() -> None:
    op.drop_table("dead_letter")
