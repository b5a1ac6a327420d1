"""Schema changes: a step of their own, never at start. Each service has its revisions in its `migrations/`."""

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import shared.tables
from shared.columns import UtcDateTime
from shared.contacts import Contact
from shared.events import SERVICES
from shared.revisions import migrations_of, package_of
from shared.settings import Settings


def migrate(settings: Settings) -> None:
    """Bring the service's database to the newest revision. Safe to run again."""
    url = settings.database
    if url.startswith("sqlite"):
        Path(sa.make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(settings), "head")


def configuration(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(migrations_of(settings.service)))
    config.set_main_option("path_separator", "newline")
    config.attributes["service"] = settings.service
    config.attributes["url"] = settings.database
    return config


def engine_for(url: str) -> AsyncEngine:
    return create_async_engine(url, poolclass=NullPool)


def metadata_of(service: str) -> sa.MetaData:
    """The tables of one service and the shared ones, also where other services are loaded beside it.

    Only who publishes has contacts.
    """
    import_module(f"{package_of(service)}.models")
    packages = {package_of(service), shared.__name__}
    others = set() if service in SERVICES else {Contact}
    metadata = sa.MetaData()
    for mapper in SQLModel._sa_registry.mappers:
        if mapper.class_.__module__.split(".")[0] in packages and mapper.class_ not in others:
            mapper.local_table.to_metadata(metadata)  # type: ignore[attr-defined]  # a mapped class has a Table
    return metadata


def create_messaging_tables() -> None:
    """The outbox, inbox, kept answers and audit as of every service's first revision. Frozen: change by a new one."""
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
    op.create_table(
        "inbox",
        sa.Column("group", sa.String(), primary_key=True),
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("handled_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])
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
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )


def create_contact_table() -> None:
    """Whom a service that publishes writes to, as of its first revision. Frozen: change by a new one."""
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
