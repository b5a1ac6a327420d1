"""What the mailer tells of its work: what waits, and what became of what it tried."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from notifications.deliveries import waiting
from notifications.models.deliveries import Delivery, DeliveryStatus
from shared.clock import now
from shared.database import Database

_attempts = Counter("kommunbuss_deliveries", "Attempts to deliver, by what became of the delivery.", ["status"])
# Every series is made now: `increase()` misses a counter's first sample.
ATTEMPTS = {status: _attempts.labels(status) for status in DeliveryStatus}
WAITED = Histogram(
    "kommunbuss_delivery_seconds",
    "From the delivery's row to the mail server's acceptance.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600),
)
WAITING = Gauge(
    "kommunbuss_deliveries_waiting",
    "Mails that wait to be sent and have never been put off, among the 10,000 of each priority that are due first.",
)
OLDEST = Gauge("kommunbuss_deliveries_oldest_seconds", "How long the oldest of them has waited.")


async def measure_waiting(database: Database) -> None:
    count, oldest = await waiting(database)
    WAITING.set(count)
    OLDEST.set((now() - oldest).total_seconds() if oldest else 0)


def measure_outcomes(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        ATTEMPTS[delivery.status].inc()
        if delivery.accepted_at is not None:
            WAITED.observe((delivery.accepted_at - delivery.created_at).total_seconds())
