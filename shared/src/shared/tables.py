"""The tables that every service's database has beside its own."""

from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from shared.clock import now
from shared.columns import UtcDateTime

_PENDING = sa.text("published_at IS NULL")
_PARKED = sa.text("parked_error IS NOT NULL")


class OutboxEvent(SQLModel, table=True):
    """An event to publish, or published and kept for replay."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_pending", "id", postgresql_where=_PENDING, sqlite_where=_PENDING),
        sa.Index("ix_outbox_parked", "key", postgresql_where=_PARKED, sqlite_where=_PARKED),
        sa.Index("ix_outbox_created_at", "created_at"),
    )

    id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    )
    event_id: UUID
    topic: str
    key: str
    headers: dict[str, str] = Field(sa_type=sa.JSON, description="What is not made of the event when it is sent.")
    value: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked_error: str | None = Field(default=None, description="Why Kafka can never take it.")


class InboxEvent(SQLModel, table=True):
    """An event a consumer group has handled."""

    __tablename__ = "inbox"

    group: str = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    handled_at: datetime = Field(sa_type=UtcDateTime, index=True)


class KeptAnswer(SQLModel, table=True):
    """The answer given to the first request with an Idempotency-Key."""

    __tablename__ = "idempotency_key"

    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    headers: dict[str, str] = Field(sa_type=sa.JSON)
    body: bytes
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class AuditEntry(SQLModel, table=True):
    """What somebody did or read: who, when, which action, with its details."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    who: str
    action: str
    details: dict[str, Any] = Field(sa_type=sa.JSON)

    def names(self, thing: str) -> bool:
        """Whether a detail is this, or has it among others."""
        details = (one if isinstance(one, list) else [one] for one in self.details.values())
        return thing in map(str, chain.from_iterable(details))


OUTBOX: sa.Table = SQLModel.metadata.tables["outbox"]
INBOX: sa.Table = SQLModel.metadata.tables["inbox"]
KEPT_ANSWER: sa.Table = SQLModel.metadata.tables["idempotency_key"]
AUDIT: sa.Table = SQLModel.metadata.tables["audit"]
