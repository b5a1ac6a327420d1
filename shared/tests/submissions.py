"""Submissions for a group commit, and what is saved of them."""

import asyncio
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.clock import now
from shared.database import Database
from shared.events import HouseListed
from shared.group_commit import Inserts
from shared.tables import INBOX, OUTBOX, InboxEvent


def submission(row_id: UUID | None = None, key: str | None = None) -> Inserts:
    """A row of the inbox, an event about it, and an answer kept under the key."""
    inserts = Inserts()
    row = inserts.insert(InboxEvent, group="test", event_id=row_id or uuid4(), handled_at=now())
    inserts.publish(HouseListed(house_id=row.event_id, owner_contact_id=uuid4()))
    if key is not None:
        inserts.answer = {
            "key": key,
            "fingerprint": "same",
            "status": 201,
            "headers": {},
            "body": b"{}",
            "created_at": now(),
        }
    return inserts


def id_of(inserts: Inserts) -> UUID:
    [[row]] = inserts.rows.values()
    return row["event_id"]


async def saved(database: Database, *submissions: Inserts) -> list[tuple[bool, bool]]:
    """Of each submission, whether its row is saved and whether its event is."""
    async with database.reading() as session:
        connection = await session.connection()
        rows = set((await connection.execute(sa.select(INBOX.c.event_id))).scalars())
        keys = set((await connection.execute(sa.select(OUTBOX.c.key))).scalars())
    return [(id_of(one) in rows, str(id_of(one)) in keys) for one in submissions]


async def save_all(database: Database, submissions: list[Inserts]) -> list[BaseException | None]:
    return await asyncio.gather(*(database.commits.save(one) for one in submissions), return_exceptions=True)
