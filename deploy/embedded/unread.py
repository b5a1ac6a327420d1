"""What the embedded broker holds that its readers have not handled yet."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.kafka import kafka_options, wanted_topics
from operations.console import FAILURES, explanation
from shared.dead_letters import READERS
from shared.settings import Settings

READ_SECONDS = 60


def wait_until_read() -> None:
    """Return when every record is handled. Ends the process with one line when that does not come to pass."""
    try:
        asyncio.run(_until_read(Settings(service="kommunbuss")))
    except TimeoutError:
        sys.exit(f"After {READ_SECONDS} s there is still something to read.")
    except FAILURES as error:
        sys.exit(explanation(error))


async def _until_read(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        readers = [
            await stack.enter_async_context(AIOKafkaConsumer(**kafka_options(settings), group_id=group))
            for group in READERS
        ]
        async with asyncio.timeout(READ_SECONDS):
            await _look_until_read(readers, settings)


async def _look_until_read(readers: Sequence[AIOKafkaConsumer], settings: Settings) -> None:
    while not await is_read(readers, settings):
        await asyncio.sleep(0.2)


async def is_read(readers: Sequence[AIOKafkaConsumer], settings: Settings) -> bool:
    """Whether each partition that holds something has a reader, and none of its readers has anything left."""
    partitions = [
        TopicPartition(topic.name, number)
        for topic in wanted_topics(settings, READERS)
        for number in range(topic.num_partitions)
    ]
    ends = await readers[0].end_offsets(partitions)
    for partition, end in ends.items():
        handled = [offset for one in readers if (offset := await one.committed(partition)) is not None]
        if end and min(handled, default=0) < end:
            return False
    return True
