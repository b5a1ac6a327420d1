import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from faststream.kafka import KafkaRouter
from sqlalchemy.exc import OperationalError

from shared.batches import is_infrastructure
from shared.cloudevents import outbox_row
from shared.consumer import LAG, create_consumer, measure_lag, on_events
from shared.database import Database, Session
from shared.events import AnyEvent, HouseListed
from shared.kafka import create_topics, dead_letter_topic, replay_topic
from shared.process import repeat, running
from shared.settings import Settings
from shared.tables import INBOX


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


def house_listed() -> HouseListed:
    return HouseListed(house_id=uuid4(), area="Häggenås", owner_contact_id=uuid4())


async def send(producer: AIOKafkaProducer, topic: str, *events: HouseListed) -> None:
    for event in events:
        row = outbox_row(event, "2380")
        headers = [(name, text.encode()) for name, text in row["headers"].items()]
        await producer.send(topic, row["value"], row["key"].encode(), headers=headers)
    await producer.flush()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def in_inbox(database: Database, group: str) -> int:
    async with database.reading() as session:
        count = sa.select(sa.func.count()).where(INBOX.c.group == group)
        return int((await (await session.connection()).execute(count)).scalar_one())


async def dead_letters(settings: Settings, group: str, count: int) -> list[ConsumerRecord]:
    consumer = AIOKafkaConsumer(
        dead_letter_topic(group),
        bootstrap_servers=settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


async def test_an_event_sent_twice_has_one_effect(settings, topic, group, producer, committing_database):
    event, last = house_listed(), house_listed()
    handled = Handled()

    async with consuming(settings, topic, group, handled):
        await send(producer, topic, event, event)
        await until(lambda: _is(handled, 1))
        await send(producer, topic, event, last)
        await until(lambda: _is(handled, 2))

    assert handled.event_ids == [event.event_id, last.event_id]
    assert await in_inbox(committing_database, group) == 2


async def _is(handled: Handled, count: int) -> bool:
    return len(handled.event_ids) >= count


UNREADABLE = {
    "bytes": (b"\xff\x00 not json", [], "json_invalid"),
    "tombstone": (None, [("ce_type", b"housing.house-listed.v1")], "json_invalid"),
    "unknown type": (b"{}", [("ce_type", b"housing.house-burnt-down.v9")], "unknown type"),
    "odd header": (b'{"type": "housing.house-listed.v1"}', [("odd", b"\xff\xfe")], "missing"),
    "empty headers": (b"{}", [("ce_type", None), ("ce_id", None)], "union_tag_not_found"),
    "as large as can be": (b"x" * (1024 * 1024 - 500), [], "json_invalid"),
}


async def test_unreadable_records_are_set_aside_byte_for_byte_and_the_rest_is_handled(settings, topic, group, producer):
    good = [house_listed() for _ in range(len(UNREADABLE) + 1)]
    handled = Handled()

    async with consuming(settings, topic, group, handled):
        await send(producer, topic, good[0])
        for event, (name, (value, headers, _)) in zip(good[1:], UNREADABLE.items(), strict=True):
            await producer.send_and_wait(topic, value, name.encode(), headers=headers)
            await send(producer, topic, event)
        await until(lambda: _is(handled, len(good)))
        letters = {record.key.decode(): record for record in await dead_letters(settings, group, len(UNREADABLE))}

    assert set(handled.event_ids) == {event.event_id for event in good}
    assert letters.keys() == UNREADABLE.keys()
    for name, (value, headers, reason) in UNREADABLE.items():
        about = dict(letters[name].headers)
        assert letters[name].value == value, name
        assert list(letters[name].headers[: len(headers)]) == headers, name
        assert about["dead-letter-topic"] == topic.encode()
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
        await until(lambda: _is(handled, 1))
        [letter] = await dead_letters(settings, f"pilot.{group}", 1)
        groups = await consumer_groups(settings)

    assert handled.event_ids == [ours.event_id]
    assert dict(letter.headers)["dead-letter-topic"] == f"pilot.{topic}".encode()
    assert f"pilot.{group}" in groups
    assert group not in groups


async def consumer_groups(settings: Settings) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        return set(dict(await admin.list_consumer_groups()))
    finally:
        await admin.close()


async def test_one_record_of_500_that_always_fails_is_set_aside_and_499_are_handled(
    settings, topic, group, producer, committing_database
):
    events = [house_listed() for _ in range(500)]
    poison = events[250]

    def refuse(event: AnyEvent) -> None:
        if event.event_id == poison.event_id:
            raise ValueError("cannot be handled")

    handled = Handled(refuse=refuse)
    await send(producer, topic, *events)

    async with consuming(settings, topic, group, handled):
        [record] = await dead_letters(settings, group, 1)
        await until(lambda: _inbox_holds(committing_database, group, 499))

    about = dict(record.headers)
    assert about["ce_id"] == str(poison.event_id).encode()
    assert (about["dead-letter-error"], about["dead-letter-attempts"]) == (b"ValueError", b"3")
    assert await in_inbox(committing_database, group) == 499


async def _inbox_holds(database: Database, group: str, count: int) -> bool:
    return await in_inbox(database, group) >= count


async def test_a_database_that_is_away_for_a_while_loses_and_sets_aside_nothing(
    settings, topic, group, producer, committing_database
):
    events = [house_listed() for _ in range(20)]
    tried: list[float] = []

    def refuse(_: AnyEvent) -> None:
        tried.append(asyncio.get_running_loop().time())
        if tried[-1] < tried[0] + 1:
            raise OperationalError("SELECT 1", {}, ConnectionResetError("gone"))

    handled = Handled(refuse=refuse)
    await send(producer, topic, *events)

    async with consuming(settings, topic, group, handled):
        await until(lambda: _inbox_holds(committing_database, group, 20))

    assert 1 < len(tried) < 20 + 20, "it waits between attempts"
    assert sorted(handled.event_ids) == sorted(event.event_id for event in events)


async def test_a_dead_letter_replayed_to_the_groups_own_topic_is_handled_once(settings, topic, group, producer):
    event = house_listed()
    broken = True

    def refuse(_: AnyEvent) -> None:
        if broken:
            raise ValueError("a bug that will be mended")

    handled = Handled(refuse=refuse)
    async with consuming(settings, topic, group, handled):
        await send(producer, topic, event)
        [record] = await dead_letters(settings, group, 1)
        broken = False
        for _ in range(2):
            await producer.send_and_wait(replay_topic(group), record.value, record.key, headers=list(record.headers))
        last = house_listed()
        await send(producer, replay_topic(group), last)
        await until(lambda: _is(handled, 2))

    assert sorted(handled.event_ids) == sorted([event.event_id, last.event_id])


@asynccontextmanager
async def reading(settings: Settings, topic: str, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=settings.kafka_bootstrap_servers, group_id=group, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def lag_of(topic: str) -> list[float]:
    (family,) = LAG.collect()
    return [sample.value for sample in family.samples if sample.labels["topic"] == topic]


async def test_what_is_not_yet_read_is_measured(settings, topic, group, producer):
    async with reading(settings, topic, group) as consumer:
        await send(producer, topic, house_listed(), house_listed(), house_listed())
        await consumer.getone()

        async def both_others_wait() -> bool:
            await measure_lag(consumer)
            return sum(lag_of(topic)) == 2

        await until(both_others_wait)
        await consumer.getmany(max_records=2)
        await measure_lag(consumer)

    assert lag_of(topic) == [0] * settings.topic_partitions


async def test_partitions_that_go_away_while_they_are_measured_are_left_out(
    settings, topic, group, producer, monkeypatch
):
    async with reading(settings, topic, group) as consumer:
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


async def test_a_position_that_is_not_known_is_not_waited_for(settings, topic, group, monkeypatch):
    async with reading(settings, topic, group) as consumer, asyncio.timeout(10):
        monkeypatch.setattr(consumer, "position", lambda _: asyncio.Event().wait())

        await measure_lag(consumer)

    assert lag_of(topic) == []


async def test_a_measurement_that_fails_is_taken_again():
    measured = 0

    async def measure(by: int) -> None:
        nonlocal measured
        measured += by
        raise AssertionError("Partition is not assigned")

    async def is_measured_again() -> bool:
        return measured > 1

    async with running(partial(repeat, partial(measure, 1), 0, "measuring failed")):
        await until(is_measured_again)


class _Refused(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "innocent"),
    [
        ("25006", True),
        ("57P01", True),
        ("42P01", True),
        ("40001", True),
        ("53300", True),
        ("22021", False),
        ("23505", False),
    ],
)
def test_only_refused_data_counts_against_a_record(sqlstate, innocent):
    error = OperationalError("INSERT", {}, _Refused(sqlstate))

    assert is_infrastructure(error) is innocent
