"""Everything a system has kept, searched for what people told it: only the service they told may have that."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer

from bus.kafka import kafka_options
from shared.database import Database, Session
from shared.events import SERVICES
from shared.services import WITH_CONTACTS
from shared.settings import Settings

JOURNALS = ("outbox", "audit")
"""Tables that say what happened, and of people no more than their ids."""
ANY_ADDRESS = "@example.com"
"""What every address in the tests ends with."""

Told = Mapping[str, set[str]]
"""What people told each service, in their own words."""


@dataclass(frozen=True)
class Kept:
    """What is somewhere, and the service that may have been told it."""

    where: str
    text: str
    service: str | None = None

    def words_of(self, told: Told, service: str) -> set[str]:
        return {words for words in told.get(service, ()) if compact(words) in self.text}


async def everything(settings_of: Callable[[str], Settings], logs: Iterable[Path]) -> list[Kept]:
    """Every log, every record on Kafka and every row."""
    found = [Kept(path.name, compact(path.read_text())) for path in logs]
    found += await _records(settings_of("notifications"))
    for service in SERVICES:
        found += await _rows(settings_of(service))
    return found


def leaks(kept: Sequence[Kept], told: Told) -> set[tuple[str, str]]:
    """Where something is that was told to another service, and what."""
    addresses = {(place.where, ANY_ADDRESS) for place in kept if place.service is None and ANY_ADDRESS in place.text}
    return addresses | {
        (place.where, words)
        for place in kept
        for service in told
        if service != place.service
        for words in place.words_of(told, service)
    }


def lost(kept: Sequence[Kept], told: Told) -> set[str]:
    """What the services that were told do not have themselves, so that to find it nowhere else means nothing."""
    had = {words for place in kept if place.service for words in place.words_of(told, place.service)}
    return {words for some in told.values() for words in some} - had


async def _records(settings: Settings) -> list[Kept]:
    options = kafka_options(settings)
    async with AIOKafkaConsumer(**options) as consumer:
        topics = [topic for topic in await consumer.topics() if topic.startswith(settings.topic_prefix)]
    async with AIOKafkaConsumer(*topics, **options, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        texts: dict[str, list[str]] = {topic: [] for topic in topics}
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                texts[partition.topic] += [_text((one.key, one.value, one.headers)) for one in records]
    return [Kept(f"topic {topic}", compact(" ".join(parts))) for topic, parts in texts.items()]


async def _rows(settings: Settings) -> list[Kept]:
    database = Database(settings)
    async with database.reading() as session:
        found = [kept async for kept in _tables(session, settings.service)]
    await database.close()
    return found


async def _tables(session: Session, service: str) -> AsyncIterator[Kept]:
    connection = await session.connection()
    for table in await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()):
        rows = (await connection.execute(sa.text(f'SELECT * FROM "{table}"'))).all()
        is_own = service in WITH_CONTACTS and table not in JOURNALS
        text = compact(" ".join(_text(tuple(row)) for row in rows))
        yield Kept(f"{service}'s table {table}", text, service if is_own else None)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return " ".join(map(_text, value))
    return str(value)


def compact(text: str) -> str:
    """The text without what it may differ in: space, dashes, capitals, escapes."""
    decoded = re.sub(r"\\u([0-9a-f]{4})", lambda escaped: chr(int(escaped[1], 16)), text)
    return re.sub(r"[\s-]", "", decoded).casefold()
