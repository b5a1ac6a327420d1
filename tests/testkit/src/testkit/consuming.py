"""Consumers under test: what they are sent, what they did, and what they have acknowledged."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from faststream.kafka import KafkaRouter

from bus.consumer import create_consumer, on_events
from bus.kafka import kafka_options
from shared.database import Session
from shared.events import AnyEvent, HouseListed
from shared.settings import Settings
from testkit.outbox import record_of


@dataclass
class Handled:
    """What the handler under test did; `refuse` raises for events it will not handle."""

    event_ids: list[UUID] = field(default_factory=list)
    refuse: Callable[[AnyEvent], None] = lambda _: None

    async def __call__(self, events: list[AnyEvent], tx: Session) -> None:
        new = await tx.unhandled(events)
        for event in new:
            self.refuse(event)
        self.event_ids += [event.event_id for event in new]


@asynccontextmanager
async def consuming(settings: Settings, topic: str, group: str, handle: Handled) -> AsyncIterator[None]:
    router = KafkaRouter()
    on_events(router, topic, group=group)(handle)
    app = create_consumer(settings, router)
    async with app.router.lifespan_context(app):
        yield


def house_listed(house_id: UUID | None = None) -> HouseListed:
    """Events about one house are in one partition, in order."""
    return HouseListed(house_id=house_id or uuid4(), owner_contact_id=uuid4())


async def send(producer: AIOKafkaProducer, topic: str, *events: HouseListed) -> None:
    for event in events:
        record = record_of(event)
        await producer.send(topic, record.value, record.key, headers=record.headers)
    await producer.flush()


async def acknowledged(settings: Settings, topic: str, group: str) -> int:
    """How many of the topic's records the group would not be given again."""
    consumer = AIOKafkaConsumer(**kafka_options(settings), group_id=group, enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, number) for number in range(settings.topic_partitions)])
    await consumer.start()
    try:
        return sum([await consumer.committed(partition) or 0 for partition in consumer.assignment()])
    finally:
        await consumer.stop()
