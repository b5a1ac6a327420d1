from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from sqlmodel import col, delete, select

from bus.kafka import create_topics, kafka_options, open_admin
from shared.database import Database
from shared.dead_letters import DeadLetter, replay_topic
from shared.events import SERVICES, AnyEvent, HouseListed
from shared.settings import Settings
from testkit.consuming import Handled, consuming, house_listed, send
from testkit.waiting import until


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings(service=SERVICES[0])


@pytest.fixture(scope="module", autouse=True)
async def forgotten(settings: Settings) -> AsyncIterator[None]:
    """What is set aside here is nobody else's."""
    yield
    database = Database(settings)
    async with database.transaction() as tx:
        await tx.exec(delete(DeadLetter))
    await database.close()


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


async def dead_letters(database: Database, *keys: str) -> dict[str, DeadLetter]:
    """The dead letters with those keys, when all of them are there."""
    found: dict[str, DeadLetter] = {}

    async def are_there() -> bool:
        async with database.reading() as session:
            letters = await session.exec(select(DeadLetter).where(col(DeadLetter.key).in_(keys)))
            found.update({letter.key: letter for letter in letters})
        return len(found) == len(keys)

    await until(are_there)
    return found


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


async def test_unreadable_records_are_set_aside_byte_for_byte_and_the_rest_is_handled(
    committing_database, reader, producer
):
    good = [house_listed() for _ in range(len(UNREADABLE) + 1)]

    await send(producer, reader.topic, good[0])
    for event, (name, (value, headers, _)) in zip(good[1:], UNREADABLE.items(), strict=True):
        await producer.send_and_wait(reader.topic, value, name.encode(), headers=headers)
        await send(producer, reader.topic, event)
    await until(lambda: reader.has_handled(good))
    letters = await dead_letters(committing_database, *UNREADABLE)

    for name, (value, headers, reason) in UNREADABLE.items():
        letter = letters[name]
        assert letter.value == (value or b""), name
        assert list(letter.headers) == [header for header, _ in headers], name
        assert letter.topic == reader.topic
        assert reason in letter.error, name


async def test_topics_groups_and_dead_letters_have_the_systems_prefix(
    settings, committing_database, topic, group, producer
):
    of_a_pilot = settings.model_copy(update={"topic_prefix": "pilot."})
    await create_topics(of_a_pilot, [group], [topic])
    ours, theirs = house_listed(), house_listed()
    handled, key = Handled(), str(uuid4())

    async with consuming(of_a_pilot, topic, group, handled):
        await send(producer, topic, theirs)
        await producer.send_and_wait(f"pilot.{topic}", b"not json", key.encode())
        await send(producer, f"pilot.{topic}", ours)
        await until(lambda: len(handled.event_ids) == 1)
        letters = await dead_letters(committing_database, key)
        groups = await consumer_groups(settings)

    assert handled.event_ids == [ours.event_id]
    assert letters[key].topic == f"pilot.{topic}"
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


async def test_a_dead_letter_that_is_replayed_is_handled_once(committing_database, reader, monkeypatch, producer):
    event = house_listed()
    last = house_listed(event.house_id)

    with monkeypatch.context() as bug:
        bug.setattr(reader.handled, "refuse", _refuse)
        await send(producer, reader.topic, event)
        [letter] = (await dead_letters(committing_database, event.subject)).values()
    record = (replay_topic(reader.group), letter.value, letter.key.encode())
    headers = [(name, text.encode()) for name, text in letter.headers.items()]
    for _ in range(2):
        await producer.send_and_wait(*record, headers=headers)
    await send(producer, replay_topic(reader.group), last)
    await until(lambda: reader.has_handled([event, last]))

    assert reader.times(event) == 1


def _refuse(_: AnyEvent) -> None:
    raise ValueError("a bug that will be mended")
