"""The tables of every service's first revision that are not its own. Frozen: a change is a revision of each service."""

import sqlalchemy as sa
from alembic import op

from shared.columns import UtcDateTime

APPEND_ONLY = {
    "postgresql": (
        """
        CREATE FUNCTION refuse_to_change_the_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'an audit entry is not changed, and not deleted before its retention has passed';
        END
        $$
        """,
        """
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_audit()
        """,
        """
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
            FOR EACH ROW WHEN (OLD.at > now() - interval '30 days') EXECUTE FUNCTION refuse_to_change_the_audit()
        """,
    ),
    "sqlite": (
        """
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'an audit entry is not changed');
        END
        """,
        """
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN OLD.at > datetime('now', '-30 days') BEGIN
            SELECT RAISE(ABORT, 'an audit entry is not deleted before its retention has passed');
        END
        """,
    ),
}
"""What the database itself refuses, whoever asks: AUDIT_RETENTION_DAYS is at least as long."""


def create_messaging_tables() -> None:
    """The outbox, inbox, kept answers and audit."""
    _create_outbox()
    _create_inbox()
    _create_kept_answers()
    _create_audit()


def _create_outbox() -> None:
    pending = sa.text("published_at IS NULL")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("parked_error", sa.String(), nullable=True),
    )
    op.create_index("ix_outbox_pending", "outbox", ["id"], postgresql_where=pending, sqlite_where=pending)
    parked = sa.text("parked_error IS NOT NULL")
    op.create_index("ix_outbox_parked", "outbox", ["key"], postgresql_where=parked, sqlite_where=parked)
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("group", sa.String(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("handled_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])


def _create_kept_answers() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def create_tables_of_steps() -> None:
    """What a service keeps of what staff do that publishes nothing: kept answers and the audit."""
    _create_kept_answers()
    _create_audit()


def drop_tables_of_steps() -> None:
    for table in ("audit", "idempotency_key"):
        op.drop_table(table)
    _drop_function()


def create_contact_table() -> None:
    """Whom a service that publishes writes to."""
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=True),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
    )


def drop_contact_table() -> None:
    op.drop_table("contact")


def drop_messaging_tables() -> None:
    for table in ("audit", "idempotency_key", "inbox", "outbox"):
        op.drop_table(table)
    _drop_function()


def _drop_function() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_the_audit")
