"""Deletes what has been kept long enough: published events, inbox entries, kept answers and audit entries."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from shared.clock import now
from shared.database import Database
from shared.settings import Settings
from shared.tables import AUDIT, INBOX, KEPT_ANSWER, OUTBOX

DELETED_AT_ONCE = 10_000


async def purge(database: Database, settings: Settings) -> None:
    """Delete what is past its retention, some at a time: in a service with events, and so with a relay."""
    # By age, not by when it was last published: a replay must not keep an event longer than readers remember it.
    published = OUTBOX.c.published_at.is_not(None)
    old = {
        OUTBOX: (OUTBOX.c.created_at < now() - timedelta(days=settings.outbox_retention_days)) & published,
        INBOX: INBOX.c.handled_at < now() - timedelta(days=settings.inbox_retention_days),
    }
    await _delete_all(database, old)
    await purge_steps(database, settings)


async def purge_steps(database: Database, settings: Settings) -> None:
    """The same of what every service keeps."""
    old = {
        KEPT_ANSWER: KEPT_ANSWER.c.created_at < now() - timedelta(hours=settings.idempotency_retention_hours),
        AUDIT: AUDIT.c.at < now() - timedelta(days=settings.audit_retention_days),
    }
    await _delete_all(database, old)


async def _delete_all(database: Database, old: Mapping[sa.Table, sa.ColumnElement[bool]]) -> None:
    for table, condition in old.items():
        await delete_old(database, table, condition)


async def delete_old(database: Database, table: sa.Table, condition: sa.ColumnElement[bool]) -> None:
    while await _delete_some(database, table, condition) == DELETED_AT_ONCE:
        pass


async def _delete_some(database: Database, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    key = sa.tuple_(*table.primary_key.columns)
    some = sa.select(*table.primary_key.columns).where(condition).limit(DELETED_AT_ONCE)
    async with database.transaction() as tx:
        result = await (await tx.connection()).execute(sa.delete(table).where(key.in_(some)))
    return result.rowcount
