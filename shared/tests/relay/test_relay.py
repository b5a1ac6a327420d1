import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from prometheus_client import Gauge

from bus.kafka import create_topics, kafka_options
from bus.outbox import MOST_COUNTED
from bus.relay import ACTIVE, OLDEST, PARKED, PENDING, create_relay
from shared.clock import now
from shared.cloudevents import outbox_row
from shared.events import EventAnnounced
from shared.settings import Settings
from shared.tables import OUTBOX
from testkit.outbox import arrived, put, relaying, row, until_published
from testkit.waiting import until


async def test_what_is_published_arrives_as_a_valid_cloudevent_of_the_municipality(settings, database, topic):
    event = EventAnnounced(
        recruitment_event_id=uuid4(), title="Kom och jobba på högskolan", starts_at=now(), capacity=40
    )
    await put(database, {**outbox_row(event), "topic": topic})

    of_another = settings.model_copy(update={"municipality_code": "0180"})
    async with relaying(of_another), AIOKafkaConsumer(topic, **kafka_options(settings)) as consumer:
        await consumer.seek_to_beginning()
        record = await asyncio.wait_for(consumer.getone(), 30)

    cloud_event = from_binary(KafkaMessage(dict(record.headers), record.key, record.value), JSONFormat())
    assert (cloud_event.get_id(), cloud_event.get_time()) == (str(event.event_id), event.occurred_at)
    assert cloud_event.get_type() == "recruitment.event-announced.v1"
    assert cloud_event.get_source() == "/se/0180/recruitment"
    assert cloud_event.get_subject() == str(event.recruitment_event_id)
    assert cloud_event.get_data()["title"] == event.title


async def test_what_is_published_goes_to_the_topic_of_the_systems_prefix(settings, database, topic):
    of_a_pilot = settings.model_copy(update={"topic_prefix": "pilot."})
    await create_topics(of_a_pilot, [], [topic])
    key = str(uuid4())
    await put(database, row(topic, key, 0))

    async with relaying(of_a_pilot):
        await until_published(database)

    assert await arrived(settings, f"pilot.{topic}") == {key: [0]}
    assert await arrived(settings, topic) == {}


async def test_two_relays_at_once_keep_each_keys_order(settings, database, topic):
    things = [str(uuid4()) for _ in range(20)]

    async with relaying(settings), relaying(settings):
        for number in range(30):
            await put(database, *(row(topic, key, number) for key in things))
        await until_published(database)

    assert await arrived(settings, topic) == {key: list(range(30)) for key in things}


async def test_a_second_relay_takes_over_when_the_first_stops(settings, database, topic):
    key = str(uuid4())

    async with AsyncExitStack() as first_relay:
        await first_relay.enter_async_context(relaying(settings))
        await put(database, row(topic, key, 0))
        await until_published(database)
        async with relaying(settings):
            await first_relay.aclose()
            await put(database, row(topic, key, 1))
            await until_published(database)

    assert await arrived(settings, topic) == {key: [0, 1]}


@pytest.mark.parametrize("headers", [{"ce_id": "17"}, {"another": "header"}])
async def test_an_event_too_large_for_kafka_is_parked_and_only_its_own_key_waits(relay, database, topic, headers):
    key, other = str(uuid4()), str(uuid4())
    large = {**row(topic, key, 1, size=2_000_000), "headers": headers}
    await put(database, row(topic, key, 0), large, row(topic, key, 2), row(topic, other, 0))

    async with relay.opened():
        await relay.step()
        await relay.step()

    async with database.reading() as session:
        states = sa.select(OUTBOX.c.published_at, OUTBOX.c.parked_error).order_by(OUTBOX.c.id)
        rows = await (await session.connection()).execute(states)
        found = [(at is not None, error is not None) for at, error in rows]
    assert found == [(True, False), (False, True), (False, False), (True, False)]


async def test_what_a_parked_event_is_and_of_which_municipality_is_kept_with_it(settings, relay, database, topic):
    event = EventAnnounced(recruitment_event_id=uuid4(), title="x" * 2_000_000, starts_at=now(), capacity=40)
    await put(database, {**outbox_row(event), "topic": topic})

    async with relay.opened():
        await relay.step()

    async with database.reading() as session:
        kept = (await (await session.connection()).execute(sa.select(OUTBOX.c.headers))).scalar_one()
    assert (kept["ce_type"], kept["ce_id"]) == ("recruitment.event-announced.v1", str(event.event_id))
    assert kept["ce_source"] == f"/se/{settings.municipality_code}/recruitment"


async def test_a_relay_that_finds_no_kafka_ends_at_start():
    settings = Settings(service="housing", kafka_bootstrap_servers="127.0.0.1:1")

    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        async with relaying(settings):
            pass


async def test_a_relay_that_stands_by_is_alive(settings, database, monkeypatch):
    app = create_relay(settings)
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", 0)

    async with relaying(settings):
        await until(lambda: value_of(ACTIVE) == 1)
        async with app.router.lifespan_context(app):
            await until(lambda: is_live(app))

            assert value_of(ACTIVE) == 1, "one of the two"


async def is_live(app: object) -> bool:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return (await client.get("/health/live")).status_code == 200


async def test_what_waits_in_the_outbox_is_measured(relay, database):
    await put(database, row("housing.events", str(uuid4()), 0), row("housing.events", str(uuid4()), 1))

    await relay.measure()

    assert value_of(PENDING) == 2
    assert 0 < value_of(OLDEST) < 60
    assert value_of(PARKED) == 0


async def test_of_very_many_that_wait_only_the_first_are_counted(relay, database):
    await put(database, *(row("housing.events", str(number), 0) for number in range(MOST_COUNTED + 1)))

    await relay.measure()

    assert value_of(PENDING) == MOST_COUNTED
    assert value_of(OLDEST) > 0


async def test_a_parked_event_is_measured_for_as_long_as_it_blocks_its_key(relay, database, topic):
    await put(database, row(topic, str(uuid4()), 0, size=2_000_000))

    async with relay.opened():
        await relay.step()
    await relay.measure()

    assert (value_of(PARKED), value_of(PENDING), value_of(OLDEST)) == (1, 0, 0)


def value_of(gauge: Gauge) -> float:
    (family,) = gauge.collect()
    return family.samples[0].value
