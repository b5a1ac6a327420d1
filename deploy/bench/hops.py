"""Where the time goes between a POST and its mail, by what the databases noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from notifications.models import DELIVERY
from shared.database import Database
from shared.settings import Settings
from shared.tables import OUTBOX

Took = dict[str, list[float]]


async def hops(posted_at: Mapping[str, float], arrived_at: Mapping[str, float]) -> Took:
    """In milliseconds, of the complaints that were posted then and whose mails arrived then."""
    outbox = await _rows("eservice-intake", OUTBOX.c.event_id, OUTBOX.c.created_at, OUTBOX.c.published_at)
    events: dict[UUID, tuple[datetime, datetime]] = {row.event_id: (row.created_at, row.published_at) for row in outbox}
    took: Took = {}
    for row in await _rows("notifications", DELIVERY.c.event_id, DELIVERY.c.recipient, DELIVERY.c.created_at):
        if row.recipient not in posted_at:
            continue
        written, published = (at.timestamp() for at in events[row.event_id])
        queued = row.created_at.timestamp()
        for name, begins, ends in (
            ("POST → event in the outbox", posted_at[row.recipient], written),
            ("→ marked as published", written, published),
            ("→ delivery in the queue", published, queued),
            ("→ accepted by the mail server", queued, arrived_at[row.recipient]),
        ):
            took.setdefault(name, []).append((ends - begins) * 1000)
    return took


async def _rows(service: str, *columns: sa.Column[Any]) -> list[Any]:
    database = Database(Settings(service=service))
    async with database.reading() as session:
        rows = (await (await session.connection()).execute(sa.select(*columns))).all()
    await database.close()
    return list(rows)
