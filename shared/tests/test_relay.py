import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from prometheus_client import Gauge

from bus.kafka import create_topics, kafka_options
from bus.relay import OLDEST, PARKED, PENDING, Relay, create_relay
from shared.clock import now
from shared.cloudevents import outbox_row
from shared.database import Database
from shared.events import EventAnnounced
from shared.process import Liveness
from shared.settings import Settings
from shared.tables import OUTBOX


@pytest.fixture
def settings() -> Settings:
    return Settings(service="housing", poll_seconds=0.02)


@pytest.fixture
async def committing_database(settings: Settings) -> AsyncIterator[Database]:
    """The relay's own database, empty: a relay sends whatever is pending."""
    database = Database(settings)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(OUTBOX.delete())
    yield database
    await database.close()


@pytest.fixture
def relay(settings: Settings, committing_database: Database) -> Relay:
    return Relay(settings, committing_database, Liveness())


def announced(event_id: UUID, title: str) -> EventAnnounced:
    return EventAnnounced(recruitment_event_id=event_id, title=title, starts_at=now(), capacity=40)


async def publish(database: Database, topic: str, *events: EventAnnounced) -> None:
    """Put the events into the outbox as `Session.publish` does, for a topic of the test's own."""
    async with database.transaction() as tx:
        rows = [{**outbox_row(event, "2380"), "topic": topic} for event in events]
        await (await tx.connection()).execute(OUTBOX.insert(), rows)


async def pending(database: Database) -> int:
    async with database.reading() as session:
        count = sa.select(sa.func.count()).where(OUTBOX.c.published_at.is_(None))
        return int((await (await session.connection()).execute(count)).scalar_one())


async def until_sent(database: Database, left: int = 0) -> None:
    async with asyncio.timeout(30):
        while await pending(database) > left:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[None]:
    app = create_relay(settings)
    async with app.router.lifespan_context(app):
        yield


async def on_kafka(settings: Settings, topic: str, *keys: UUID) -> list[ConsumerRecord]:
    """Every record of the keys, in the order of their partition."""
    wanted = {str(key).encode() for key in keys}
    consumer = AIOKafkaConsumer(topic, **kafka_options(settings), auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)
        records = []
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            batches = await consumer.getmany(timeout_ms=500)
            records += [record for batch in batches.values() for record in batch if record.key in wanted]
        return records
    finally:
        await consumer.stop()


async def test_what_is_published_arrives_as_a_valid_cloudevent(settings, committing_database, topic):
    event = announced(uuid4(), "Kom och jobba på högskolan")
    await publish(committing_database, topic, event)

    async with relaying(settings):
        await until_sent(committing_database)

    [record] = await on_kafka(settings, topic, event.recruitment_event_id)
    cloud_event = from_binary(KafkaMessage(dict(record.headers), record.key, record.value), JSONFormat())
    assert cloud_event.get_id() == str(event.event_id)
    assert cloud_event.get_type() == "recruitment.event-announced.v1"
    assert cloud_event.get_source() == "/se/2380/recruitment"
    assert cloud_event.get_subject() == str(event.recruitment_event_id)
    assert cloud_event.get_data()["title"] == event.title


async def test_what_is_published_goes_to_the_topic_of_the_systems_prefix(settings, committing_database, topic):
    of_a_pilot = settings.model_copy(update={"topic_prefix": "pilot."})
    await create_topics(of_a_pilot, [], [topic])
    event = announced(uuid4(), "Hej")
    await publish(committing_database, topic, event)

    async with relaying(of_a_pilot):
        await until_sent(committing_database)

    assert len(await on_kafka(settings, f"pilot.{topic}", event.recruitment_event_id)) == 1
    assert await on_kafka(settings, topic, event.recruitment_event_id) == []


async def test_two_relays_at_once_keep_each_ones_order(settings, committing_database, topic):
    things = [uuid4() for _ in range(20)]

    async with relaying(settings), relaying(settings):
        for number in range(30):
            await publish(committing_database, topic, *(announced(thing, str(number)) for thing in things))
        await until_sent(committing_database)

    records = await on_kafka(settings, topic, *things)
    for thing in things:
        messages = [r.value.decode() for r in records if r.key == str(thing).encode()]
        numbers = [int(message.split('"title":"')[1].split('"')[0]) for message in messages]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(30))


async def test_a_second_relay_takes_over_when_the_first_stops(settings, committing_database, topic):
    first, second = announced(uuid4(), "1"), announced(uuid4(), "2")

    async with AsyncExitStack() as first_relay:
        await first_relay.enter_async_context(relaying(settings))
        await publish(committing_database, topic, first)
        await until_sent(committing_database)
        async with relaying(settings):
            await first_relay.aclose()
            await publish(committing_database, topic, second)
            await until_sent(committing_database)

    assert len(await on_kafka(settings, topic, first.recruitment_event_id, second.recruitment_event_id)) == 2


async def test_an_event_too_large_for_kafka_is_parked_and_only_its_own_thing_waits(relay, committing_database, topic):
    thing, other = uuid4(), uuid4()
    events = [
        announced(thing, "first"),
        announced(thing, "x" * 2_000_000),
        announced(thing, "later"),
        announced(other, "other"),
    ]
    await publish(committing_database, topic, *events)

    async with relay.opened():
        await relay.step()
        await relay.step()

    async with committing_database.reading() as session:
        rows = await (await session.connection()).execute(
            sa.select(OUTBOX.c.published_at, OUTBOX.c.parked_error).order_by(OUTBOX.c.id)
        )
        states = [(at is not None, error is not None) for at, error in rows]
    assert states == [(True, False), (False, True), (False, False), (True, False)]


async def test_a_relay_that_finds_no_kafka_ends_at_start():
    settings = Settings(service="housing", kafka_bootstrap_servers="127.0.0.1:1")

    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        async with relaying(settings):
            pass


async def test_a_relay_that_stands_by_is_alive(settings, committing_database, monkeypatch):
    app = create_relay(settings)
    monkeypatch.setattr("shared.process.LONGEST_SILENCE_SECONDS", 0.5)

    async with relaying(settings), app.router.lifespan_context(app):
        await asyncio.sleep(1.5)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            response = await client.get("/health/live")

    assert response.status_code == 200


async def test_what_waits_in_the_outbox_is_measured(relay, committing_database):
    await publish(committing_database, "housing.events", announced(uuid4(), "one"), announced(uuid4(), "two"))

    await relay.measure()

    assert value_of(PENDING) == 2
    assert 0 < value_of(OLDEST) < 60
    assert value_of(PARKED) == 0


async def test_a_parked_event_is_measured_for_as_long_as_it_blocks_its_key(relay, committing_database, topic):
    await publish(committing_database, topic, announced(uuid4(), "x" * 2_000_000))

    async with relay.opened():
        await relay.step()
    await relay.measure()

    assert (value_of(PARKED), value_of(PENDING), value_of(OLDEST)) == (1, 0, 0)


def value_of(gauge: Gauge) -> float:
    (family,) = gauge.collect()
    return family.samples[0].value
