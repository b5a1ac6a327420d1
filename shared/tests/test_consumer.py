import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaRouter

from bus.consumer import LAG, create_consumer, measure_lag, on_events
from bus.kafka import create_topics, dead_letter_topic, kafka_options, open_admin, replay_topic
from shared.cloudevents import outbox_row
from shared.database import Session
from shared.events import SERVICES, AnyEvent, HouseListed
from shared.settings import Settings
from testkit.waiting import until


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


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings(service=SERVICES[0])


@dataclass(frozen=True)
class Reader:
    """A consumer that runs for the whole module, since to join a group takes seconds: tests know their own events."""

    group: str
    topic: str
    handled: Handled

    def has_handled(self, events: Collection[HouseListed]) -> bool:
        return {event.event_id for event in events} <= set(self.handled.event_ids)

    def times(self, event: HouseListed) -> int:
        return self.handled.event_ids.count(event.event_id)


@pytest.fixture(scope="module")
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    group = f"group-{uuid4().hex[:8]}"
    reader = Reader(group, f"{group}.events", Handled())
    await create_topics(settings, [group], [reader.topic])
    async with consuming(settings, reader.topic, group, reader.handled):
        yield reader


def house_listed(house_id: UUID | None = None) -> HouseListed:
    """Events about one house are in one partition, in order."""
    return HouseListed(house_id=house_id or uuid4(), owner_contact_id=uuid4())


async def send(producer: AIOKafkaProducer, topic: str, *events: HouseListed) -> None:
    for event in events:
        row = outbox_row(event, "2380")
        headers = [(name, text.encode()) for name, text in row["headers"].items()]
        await producer.send(topic, row["value"], row["key"].encode(), headers=headers)
    await producer.flush()


async def dead_letters(settings: Settings, group: str, *keys: bytes) -> dict[bytes, ConsumerRecord]:
    """The group's dead letters with those keys."""
    consumer = AIOKafkaConsumer(
        dead_letter_topic(group),
        **kafka_options(settings),
        auto_offset_reset="earliest",
    )
    await consumer.start()
    found: dict[bytes, ConsumerRecord] = {}
    try:
        async with asyncio.timeout(20):
            while len(found) < len(keys):
                record = await consumer.getone()
                found |= {record.key: record} if record.key in keys else {}
        return found
    finally:
        await consumer.stop()


async def acknowledged(settings: Settings, topic: str, group: str) -> int:
    """How many of the topic's records the group would not be given again."""
    consumer = AIOKafkaConsumer(**kafka_options(settings), group_id=group, enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, number) for number in range(settings.topic_partitions)])
    await consumer.start()
    try:
        return sum([await consumer.committed(partition) or 0 for partition in consumer.assignment()])
    finally:
        await consumer.stop()


async def test_an_event_sent_twice_has_one_effect(reader, producer):
    event = house_listed()
    last = house_listed(event.house_id)

    await send(producer, reader.topic, event, event)
    await until(lambda: reader.has_handled([event]))
    await send(producer, reader.topic, event)
    await send(producer, reader.topic, last)
    await until(lambda: reader.has_handled([last]))

    assert (reader.times(event), reader.times(last)) == (1, 1)


UNREADABLE = {
    "bytes": (b"\xff\x00 not json", [], "json_invalid"),
    "tombstone": (None, [("ce_type", b"housing.house-listed.v1")], "json_invalid"),
    "unknown type": (b"{}", [("ce_type", b"housing.house-burnt-down.v9")], "unknown type"),
    "odd header": (b'{"type": "housing.house-listed.v1"}', [("odd", b"\xff\xfe")], "missing"),
    "empty headers": (b"{}", [("ce_type", None), ("ce_id", None)], "union_tag_not_found"),
    "as large as can be": (b"x" * (1024 * 1024 - 500), [], "json_invalid"),
}


async def test_unreadable_records_are_set_aside_byte_for_byte_and_the_rest_is_handled(settings, reader, producer):
    good = [house_listed() for _ in range(len(UNREADABLE) + 1)]

    await send(producer, reader.topic, good[0])
    for event, (name, (value, headers, _)) in zip(good[1:], UNREADABLE.items(), strict=True):
        await producer.send_and_wait(reader.topic, value, name.encode(), headers=headers)
        await send(producer, reader.topic, event)
    await until(lambda: reader.has_handled(good))
    letters = await dead_letters(settings, reader.group, *(name.encode() for name in UNREADABLE))

    for name, (value, headers, reason) in UNREADABLE.items():
        letter = letters[name.encode()]
        about = dict(letter.headers)
        assert letter.value == value, name
        assert list(letter.headers[: len(headers)]) == headers, name
        assert about["dead-letter-topic"] == reader.topic.encode()
        assert reason in about["dead-letter-error"].decode(), name


async def test_topics_groups_and_dead_letters_have_the_systems_prefix(settings, topic, group, producer):
    of_a_pilot = settings.model_copy(update={"topic_prefix": "pilot."})
    await create_topics(of_a_pilot, [group], [topic])
    ours, theirs = house_listed(), house_listed()
    handled = Handled()

    async with consuming(of_a_pilot, topic, group, handled):
        await send(producer, topic, theirs)
        await producer.send_and_wait(f"pilot.{topic}", b"not json", b"key")
        await send(producer, f"pilot.{topic}", ours)
        await until(lambda: len(handled.event_ids) == 1)
        letters = await dead_letters(settings, f"pilot.{group}", b"key")
        groups = await consumer_groups(settings)

    assert handled.event_ids == [ours.event_id]
    assert dict(letters[b"key"].headers)["dead-letter-topic"] == f"pilot.{topic}".encode()
    assert f"pilot.{group}" in groups
    assert group not in groups


async def consumer_groups(settings: Settings) -> set[str]:
    async with open_admin(settings) as admin:
        return set(dict(await admin.list_consumer_groups()))


CODECS = ("gzip", "snappy", "lz4", "zstd")


async def test_records_in_every_codec_of_kafka_are_handled(settings, reader):
    events = {codec: [house_listed() for _ in range(3)] for codec in CODECS}

    for codec, some in events.items():
        async with AIOKafkaProducer(**kafka_options(settings), compression_type=codec, linger_ms=5) as producer:
            await send(producer, reader.topic, *some)

    await until(lambda: all(map(reader.has_handled, events.values())))


async def test_a_dead_letter_replayed_to_the_groups_own_topic_is_handled_once(settings, reader, producer, monkeypatch):
    event = house_listed()
    last = house_listed(event.house_id)

    with monkeypatch.context() as bug:
        bug.setattr(reader.handled, "refuse", _refuse)
        await send(producer, reader.topic, event)
        [record] = (await dead_letters(settings, reader.group, event.subject.encode())).values()
    for _ in range(2):
        await producer.send_and_wait(replay_topic(reader.group), record.value, record.key, headers=list(record.headers))
    await send(producer, replay_topic(reader.group), last)
    await until(lambda: reader.has_handled([event, last]))

    assert reader.times(event) == 1


def _refuse(_: AnyEvent) -> None:
    raise ValueError("a bug that will be mended")


@asynccontextmanager
async def reading(settings: Settings, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of the whole topic, without a group: to join one takes seconds."""
    consumer = AIOKafkaConsumer(**kafka_options(settings), auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, number) for number in range(settings.topic_partitions)])
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def lag_of(topic: str) -> list[float]:
    (family,) = LAG.collect()
    return [sample.value for sample in family.samples if sample.labels["topic"] == topic]


async def test_what_is_not_yet_read_is_measured(settings, topic, producer):
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed(), house_listed(), house_listed())
        await consumer.getone()

        async def both_others_wait() -> bool:
            await measure_lag(consumer)
            return sum(lag_of(topic)) == 2

        await until(both_others_wait)
        await consumer.getone()
        await consumer.getone()
        await measure_lag(consumer)

    assert lag_of(topic) == [0] * settings.topic_partitions


async def test_while_kafka_is_away_no_lag_is_told(settings, topic, way_to_kafka, producer, monkeypatch):
    monkeypatch.setattr("bus.consumer.LAG_SECONDS", 0.2)
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed())
        await consumer.getone()
        await measure_lag(consumer)
        told = lag_of(topic)

        with way_to_kafka.held(), pytest.raises(TimeoutError):
            await measure_lag(consumer)

        assert told
        assert lag_of(topic) == []


async def test_partitions_that_go_away_while_they_are_measured_are_left_out(settings, topic, producer, monkeypatch):
    async with reading(settings, topic) as consumer:
        await send(producer, topic, house_listed())
        await consumer.getone()
        await measure_lag(consumer)
        assert lag_of(topic)
        position_of = consumer.position

        async def lose_all(partition: TopicPartition) -> int:
            position = await position_of(partition)
            consumer.unsubscribe()
            return position

        monkeypatch.setattr(consumer, "position", lose_all)
        await measure_lag(consumer)

    assert lag_of(topic) == []


async def test_a_position_that_is_not_known_is_not_waited_for(settings, topic, monkeypatch):
    async with reading(settings, topic) as consumer, asyncio.timeout(10):
        monkeypatch.setattr(consumer, "position", lambda _: asyncio.Event().wait())

        await measure_lag(consumer)

    assert lag_of(topic) == []


@dataclass
class Interrupted:
    """A handler that is in the middle of its transaction until it is let go on."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, events: list[AnyEvent], tx: Session) -> None:
        await tx.unhandled(events)
        self.begun.set()
        await self.goes_on.wait()

    def stop(self) -> None:
        self.begun.clear()
        self.goes_on.clear()


async def test_what_is_handled_is_acknowledged_and_a_batch_in_flight_at_the_end_is_not(
    settings, topic, group, producer
):
    router, handler = KafkaRouter(), Interrupted()
    on_events(router, topic, group=group)(handler)
    app = create_consumer(settings, router)

    async with app.router.lifespan_context(app):
        handler.goes_on.set()
        await send(producer, topic, house_listed())
        await until(lambda: acknowledged(settings, topic, group), seconds=10)
        handler.stop()
        await send(producer, topic, house_listed())
        await handler.begun.wait()
        await die(router)

    assert await acknowledged(settings, topic, group) == 1


async def die(router: KafkaRouter) -> None:
    """Leave the group, in the middle of a batch."""
    [subscriber] = router.subscribers
    await subscriber.consumer.stop()
    for task in subscriber.tasks:
        task.cancel()


@asynccontextmanager
async def watched(settings: Settings, router: KafkaRouter) -> AsyncIterator[Callable[[int], Awaitable[bool]]]:
    """A consumer, and whether its orchestrator, which asks if it is alive, gets that answer."""
    app = create_consumer(settings, router)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as http:

        async def answers(status: int) -> bool:
            return (await http.get("/health/live")).status_code == status

        yield answers


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second without progress is too long."""
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", 0.5)
    monkeypatch.setattr("bus.consumer.WATCH_SECONDS", 0.01)


async def test_a_consumer_stuck_in_its_handler_is_not_alive_until_it_goes_on(
    settings, topic, group, producer, impatient
):
    router, handler = KafkaRouter(), Interrupted()
    on_events(router, topic, group=group)(handler)

    async with watched(settings, router) as answers:
        await send(producer, topic, house_listed())
        await handler.begun.wait()
        await until(lambda: answers(503), seconds=10)
        handler.goes_on.set()
        await until(lambda: answers(200), seconds=10)


async def test_a_consumer_whose_loop_has_ended_is_not_alive(settings, topic, group, impatient):
    router = KafkaRouter()
    on_events(router, topic, group=group)(Handled())

    async with watched(settings, router) as answers:
        await until(lambda: answers(200), seconds=10)
        await die(router)
        await until(lambda: answers(503), seconds=10)
