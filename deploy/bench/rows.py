"""The least that an event's inbox entry, mail and task can cost: multi-row inserts by the bare driver."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import aiosqlite
import asyncpg
import sqlalchemy as sa

Insert = Callable[[Sequence[UUID]], Awaitable[None]]

_NOW = "2026-11-23 08:00:00+00"
_INBOX = """INSERT INTO inbox ("group", event_id, handled_at) SELECT 'raw', {event}, '{at}'"""
_DELIVERY = """INSERT INTO delivery (id, event_id, about, recipient, channel, template, language, context, priority,
 status, attempts, lapses, next_attempt_at, created_at, expires_at)
 SELECT {id}, {event}, CAST({event} AS text), 'anna@example.com', 'email', 'application_received', 'sv',
 '{{"reference": "K7M4-P2XR"}}', 10, 'queued', 0, 0, '{at}', '{at}', '{at}'"""
_TASK = """INSERT INTO staff_task (id, event_id, about, queue, title, urgent, status, created_at)
 SELECT {id}, {event}, CAST({event} AS text), 'halsoskydd', 'K7M4-P2XR: Klagomål', false, 'open', '{at}'"""


@asynccontextmanager
async def same_rows(url: str) -> AsyncIterator[Insert]:
    """An insert, for the events of these ids, of the rows a consumer makes, and a commit."""
    if url.startswith("sqlite"):
        async with aiosqlite.connect(sa.make_url(url).database or "") as sqlite:
            await sqlite.execute("PRAGMA journal_mode=WAL")
            await sqlite.execute("PRAGMA synchronous=FULL")

            async def insert(events: Sequence[UUID]) -> None:
                rows = [{"id": uuid4().hex, "event": event.hex} for event in events]
                for statement in (_INBOX, _DELIVERY, _TASK):
                    await sqlite.executemany(statement.format(id=":id", event=":event", at=_NOW), rows)
                await sqlite.commit()

            yield insert
        return
    postgres = await asyncpg.connect(url.replace("+asyncpg", ""))

    async def insert_arrays(events: Sequence[UUID]) -> None:
        async with postgres.transaction():
            await postgres.execute(_INBOX.format(event="unnest($1::uuid[])", at=_NOW), events)
            for statement in (_DELIVERY, _TASK):
                ids = [uuid4() for _ in events]
                columns = {"id": "unnest($2::uuid[])", "event": "unnest($1::uuid[])", "at": _NOW}
                await postgres.execute(statement.format(**columns), events, ids)

    yield insert_arrays
    await postgres.close()
