"""Tasks and deliveries as staff find them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from notifications.models.deliveries import Delivery
from notifications.models.tasks import Task
from shared.database import Database

HOUSE, OTHER_HOUSE = str(UUID(int=1)), str(UUID(int=2))


def task(**values: object) -> Task:
    return Task(**{"event_id": uuid4(), "about": HOUSE, "queue": "boende", "title": "Granska hus", **values})


def delivery(**values: object) -> Delivery:
    whom = {"publisher": "housing", "unit": "boende", "contact_id": uuid4()}
    return Delivery(**{"event_id": uuid4(), "about": HOUSE, "template": "x", "priority": 1, **whom, **values})


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


async def save(database: Database, *rows: Task | Delivery) -> None:
    async with database.transaction() as tx:
        tx.add_all(rows)
