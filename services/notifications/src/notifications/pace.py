"""When a message that is passed on may go: an owner reads so many an hour, and none is refused or lost."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import sqlalchemy as sa

from notifications.models.deliveries import DELIVERY, RELAYED
from shared.database import Session

RELAYED_AN_HOUR = 20
HOUR = timedelta(hours=1)


async def turns(tx: Session, contact_ids: Collection[UUID], at: datetime) -> dict[UUID, Iterator[datetime]]:
    """When each contact's next messages may go, behind those of the last hour and those that wait."""
    behind = sa.select(DELIVERY.c.contact_id, sa.func.count()).where(
        RELAYED, DELIVERY.c.contact_id.in_(contact_ids), DELIVERY.c.next_attempt_at > at - HOUR
    )
    rows = await (await tx.connection()).execute(behind.group_by(DELIVERY.c.contact_id))
    counts: dict[UUID, int] = dict(rows.all())
    return {contact_id: _from(counts.get(contact_id, 0), at) for contact_id in contact_ids}


def _from(behind: int, at: datetime) -> Iterator[datetime]:
    return (at + number // RELAYED_AN_HOUR * HOUR for number in count(behind))
