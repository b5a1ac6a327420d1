"""One transaction for rows and the events about them; the outbox they leave by, the inbox they come in by."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.cloudevents import cloudevent_headers
from shared.engine import create_engine
from shared.events import Event
from shared.settings import Settings

E = TypeVar("E", bound=Event)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC time, also on SQLite, which keeps no time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def text_enum(enum: type[StrEnum]) -> sa.Enum:
    """Store an enum as its text, so that a new member needs no migration."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def now() -> datetime:
    return datetime.now(UTC)


_PENDING = sa.text("published_at IS NULL")
_PARKED = sa.text("parked_error IS NOT NULL")


class OutboxEvent(SQLModel, table=True):
    """An event to publish, or published and kept for replay."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_pending", "id", postgresql_where=_PENDING, sqlite_where=_PENDING),
        sa.Index("ix_outbox_parked", "key", postgresql_where=_PARKED, sqlite_where=_PARKED),
    )

    id: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    )
    event_id: UUID
    topic: str
    key: str
    headers: dict[str, str] = Field(sa_type=sa.JSON)
    value: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked_error: str | None = Field(default=None, description="Why Kafka can never take it.")


class InboxEvent(SQLModel, table=True):
    """An event a consumer group has handled."""

    __tablename__ = "inbox"

    group: str = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    handled_at: datetime = Field(sa_type=UtcDateTime)


class AuditEntry(SQLModel, table=True):
    """Something operations did by hand."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    who: str
    action: str
    details: dict[str, Any] = Field(sa_type=sa.JSON)


OUTBOX: sa.Table = SQLModel.metadata.tables["outbox"]
INBOX: sa.Table = SQLModel.metadata.tables["inbox"]


def outbox_row(event: Event) -> dict[str, Any]:
    """An event as it waits to be sent."""
    return {
        "event_id": event.event_id,
        "topic": event.topic,
        "key": event.subject,
        "headers": cloudevent_headers(event),
        "value": event.model_dump_json().encode(),
        "created_at": now(),
    }


class Session(AsyncSession):
    """A transaction. It remembers what it publishes until its rows are saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._published: list[Event] = []

    def publish(self, event: Event) -> None:
        """Save the event together with this transaction's rows; a relay sends it when they are committed."""
        self._published.append(event)

    async def save_published(self) -> None:
        """Flush the rows, then insert their events: one thing's events are numbered under its lock."""
        await self.flush()
        if self._published:
            rows = [outbox_row(event) for event in self._published]
            self._published.clear()
            await (await self.connection()).execute(sa.insert(OUTBOX), rows)

    async def unhandled(self, events: Sequence[E]) -> list[E]:
        """Record the events in the inbox and return those that this group has not handled before."""
        by_id = {event.event_id: event for event in events}
        entry = {"group": self.info["group"], "handled_at": now()}
        # In one order everywhere, or two consumers of one event could wait for each other.
        rows = [{**entry, "event_id": event_id} for event_id in sorted(by_id, key=attrgetter("int"))]
        new = {row.event_id for row in await self.insert_new(INBOX, rows, INBOX.c.event_id)}
        return [event for event_id, event in by_id.items() if event_id in new]

    async def insert_new(
        self, table: sa.Table, rows: Sequence[dict[str, Any]], *returning: sa.Column[Any]
    ) -> Sequence[sa.Row[Any]]:
        """Insert the rows at once, without those whose key or unique columns are taken."""
        if not rows:
            return []
        statement: pg.Insert | sqlite.Insert = sqlite.insert(table).on_conflict_do_nothing()
        values: Any = rows
        if self.get_bind().dialect.name == "postgresql":
            values = {name: [row[name] for row in rows] for name in rows[0]}
            same = {name: column[0] for name, column in values.items() if column.count(column[0]) == len(column)}
            statement = _insert_arrays(table, tuple(values), frozenset(same))
            values |= same
        result = await (await self.connection()).execute(statement.returning(*returning), values)
        return result.all() if returning else []


@lru_cache
def _insert_arrays(table: sa.Table, names: tuple[str, ...], same: frozenset[str]) -> pg.Insert:
    """An insert that takes a column as one array, or as one value where all rows have the `same`.

    Postgres is a third faster with it than row by row.
    """
    insert = pg.insert(table).from_select(
        list(names), sa.select(*(_column_of(table, name, name in same) for name in names)), include_defaults=False
    )
    return insert.on_conflict_do_nothing()


def _column_of(table: sa.Table, name: str, is_same: bool) -> sa.ColumnElement[Any]:
    kind = table.c[name].type
    if is_same:
        return sa.cast(sa.bindparam(name, type_=kind), kind)
    return sa.func.unnest(sa.cast(sa.bindparam(name, type_=pg.ARRAY(kind)), pg.ARRAY(kind)))


class Database:
    """The service's own database. `transaction` writes, `reading` reads."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.database
        self.group = settings.group
        self.engine = create_engine(self.url, settings.database_pool)
        self._sessions = async_sessionmaker(
            self.engine, class_=Session, expire_on_commit=False, info={"group": self.group}
        )

    @property
    def is_postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Commit rows and events together when the block ends well, neither when it does not."""
        async with self._sessions() as session, session.begin():
            yield session
            await session.save_published()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A transaction that takes no write lock and keeps nothing."""
        async with self._sessions() as session:
            await session.connection(execution_options={"reading": True})
            yield session

    async def ping(self) -> None:
        """Raise when the database cannot answer."""
        async with self.reading() as session:
            await (await session.connection()).execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
