"""The bench's own topics, so that nobody else on the same Kafka sees what it sends."""

import os

from shared.events.eservice_intake import IntakeEvent

NAME = os.environ.setdefault("BENCH_NAME", f"kommunbuss-bench-{os.getpid()}")
"""Also the consumer group. The processes of the bench have it from the one that starts them."""


def own_topic(topic: str) -> str:
    return f"{NAME}.{topic}"


RELAYED, PREFILLED, RAW = map(own_topic, ("relayed.events", "prefilled.events", "raw.events"))

# Everything else takes the topic from the event.
IntakeEvent.service = own_topic(IntakeEvent.service)
