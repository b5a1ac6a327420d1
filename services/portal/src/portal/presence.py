"""Who has a case open: in the table for a short while at a time, so that several portals agree. No log has a name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from portal.models import Presence
from portal.sessions import Person
from shared.database import Database

LASTS = timedelta(seconds=30)
RENEWED_EVERY = timedelta(seconds=10)

Names = Sequence[str]


async def stay(database: Database, presence_id: UUID, reference: str, person: Person, at: datetime) -> None:
    """Somebody has the case open, now too. What has ended is deleted meanwhile."""
    here = Presence(id=presence_id, reference=reference, person=person.id, name=person.name, until=at + LASTS)
    async with database.transaction() as tx:
        await tx.exec(sa.delete(Presence).where(col(Presence.until) < at))
        await tx.merge(here)


async def leave(database: Database, presence_id: UUID) -> None:
    async with database.transaction() as tx:
        await tx.exec(sa.delete(Presence).where(col(Presence.id) == presence_id))


async def others_at(
    database: Database, references: Collection[str], person: Person, at: datetime
) -> Mapping[str, Names]:
    """The names of those who have each case open, without the person's own."""
    query = select(Presence.reference, Presence.name).where(
        col(Presence.reference).in_(references), col(Presence.until) >= at, col(Presence.person) != person.id
    )
    async with database.reading() as session:
        rows = (await session.exec(query.distinct().order_by(col(Presence.name)))).all()
    return {reference: [name for one, name in rows if one == reference] for reference in {one for one, _ in rows}}
