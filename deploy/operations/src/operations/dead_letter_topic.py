"""A consumer's dead-letter topic: what is in it, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from bus.kafka import dead_letter_topic, kafka_options, open_admin, replay_topic
from operations.console import Failed, progress
from shared.settings import Settings

ABOUT = "dead-letter-"


@dataclass(frozen=True)
class DeadLetter:
    """A record that was set aside, byte for byte, with why."""

    record: ConsumerRecord[bytes | None, bytes | None]

    @property
    def id(self) -> str:
        return f"{self.record.partition}-{self.record.offset}"

    @property
    def identity(self) -> tuple[str, str]:
        """Its id, and when it was set aside: a topic that is made anew counts from zero again."""
        return self.id, self.header(f"{ABOUT}at")

    @property
    def type(self) -> str:
        return self.header("ce_type")

    @property
    def event_id(self) -> str:
        return self.header("ce_id")

    @property
    def origin(self) -> str:
        return "/".join(self.header(ABOUT + part) for part in ("topic", "partition", "offset"))

    def header(self, name: str) -> str:
        headers: dict[str, bytes] = dict(self.record.headers)
        return headers.get(name, b"").decode(errors="backslashreplace")

    def summary(self) -> dict[str, str]:
        about = {name: self.header(ABOUT + name) for name in ("error", "attempts", "at")}
        return {"id": self.id, "type": self.type, "origin": self.origin, **about}


async def read_dead_letters(settings: Settings) -> list[DeadLetter]:
    """The whole topic as it is now, without joining a group."""
    topic = settings.on_kafka(dead_letter_topic(settings.group))
    await _require_topic(settings, topic)
    consumer = AIOKafkaConsumer(topic, **kafka_options(settings), enable_auto_commit=False)
    try:
        await consumer.start()
        partitions = list(consumer.assignment())
        starts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for partition, start in starts.items():
            consumer.seek(partition, start)
        return sorted(await _read(consumer, starts, ends), key=lambda letter: letter.identity[::-1])
    finally:
        await consumer.stop()


async def _require_topic(settings: Settings, topic: str) -> None:
    async with open_admin(settings) as admin:
        if topic not in await admin.list_topics():
            raise Failed(f"There is no topic {topic}. Make the topics with `kommunbuss topics`.")


async def _read(
    consumer: AIOKafkaConsumer, starts: dict[TopicPartition, int], ends: dict[TopicPartition, int]
) -> list[DeadLetter]:
    letters: list[DeadLetter] = []
    with progress() as bar:
        task = bar.add_task("reading", total=sum(ends.values()) - sum(starts.values()))
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            batch = await consumer.getmany(timeout_ms=1_000, max_records=1_000)
            records = [record for some in batch.values() for record in some]
            letters += [DeadLetter(record) for record in records if record.offset < ends[_partition_of(record)]]
            bar.update(task, completed=len(letters))
    return letters


def _partition_of(record: ConsumerRecord[Any, Any]) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)


async def send_again(settings: Settings, producer: AIOKafkaProducer, letters: Sequence[DeadLetter]) -> None:
    """Send the records as they first were to their group's replay topic. Raises KafkaError when one cannot be."""
    topic = settings.on_kafka(replay_topic(settings.group))
    futures = [
        await producer.send(
            topic,
            letter.record.value,
            letter.record.key,
            headers=[header for header in letter.record.headers if not header[0].startswith(ABOUT)],
        )
        for letter in letters
    ]
    for future in futures:
        await future
