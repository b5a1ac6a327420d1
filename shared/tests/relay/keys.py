"""Keys of things whose events a relay sends."""

from uuid import uuid4

from bus.kafka import partition_of
from shared.settings import Settings

PARTITIONS = Settings(service="housing").topic_partitions


def keys(count: int) -> list[str]:
    """Keys of different partitions, as long as there are as many."""
    by_partition: dict[int, str] = {}
    while len(by_partition) < min(count, PARTITIONS):
        key = str(uuid4())
        by_partition.setdefault(partition_of(key.encode(), range(PARTITIONS)), key)
    return [*by_partition.values(), *(str(uuid4()) for _ in range(count - PARTITIONS))]
