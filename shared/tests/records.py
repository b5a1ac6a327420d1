"""Records as a consumer gets them, and what became of them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import sqlalchemy as sa
from aiokafka import ConsumerRecord
from sqlmodel import select

from shared.database import Database, Session
from shared.dead_letters import DeadLetter
from shared.events import AnyEvent, HouseListed
from shared.tables import INBOX
from testkit.outbox import record_of

GROUP = "readers"


@dataclass
class Handler:
    """Handles events but for those it is told to fail on, and remembers what it was given."""

    failing: dict[UUID, Exception] = field(default_factory=dict)
    batches: list[list[UUID]] = field(default_factory=list)

    async def __call__(self, events: list[AnyEvent], tx: Session) -> None:
        self.batches.append([event.event_id for event in events])
        for event in await tx.unhandled(events):
            if event.event_id in self.failing:
                raise self.failing[event.event_id]


def record(event: HouseListed, offset: int = 0) -> "ConsumerRecord[bytes, bytes]":
    sent = record_of(event)
    return ConsumerRecord("housing.events", 0, offset, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)


def records(count: int) -> tuple[list[UUID], list["ConsumerRecord[bytes, bytes]"]]:
    events = [HouseListed(house_id=uuid4(), owner_contact_id=uuid4()) for _ in range(count)]
    return [event.event_id for event in events], [record(event, offset) for offset, event in enumerate(events)]


async def dead_letters(database: Database) -> list[DeadLetter]:
    async with database.reading() as session:
        return list(await session.exec(select(DeadLetter)))


async def handled(database: Database) -> set[UUID]:
    async with database.reading() as session:
        query = sa.select(INBOX.c.event_id).where(INBOX.c.group == GROUP)
        return set((await (await session.connection()).execute(query)).scalars())


def record_with(original: "ConsumerRecord[bytes, bytes]", **changes: object) -> "ConsumerRecord[bytes, bytes]":
    fields = {name: getattr(original, name) for name in original.__dataclass_fields__}
    return ConsumerRecord(**{**fields, **changes})
