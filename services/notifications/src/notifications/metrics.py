"""What the mailer tells of its work: what waits, and what became of what it tried."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from notifications.deliveries import waiting
from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.outcomes import Outcome, Stage, Verdict
from shared.clock import now
from shared.database import Database
from shared.services import WITH_CONTACTS

_attempts = Counter("kommunbuss_deliveries", "Attempts to deliver, by what became of the delivery.", ["status"])
# Every series is made now: `increase()` misses a counter's first sample.
ATTEMPTS = {status: _attempts.labels(status) for status in DeliveryStatus}
_faults = Counter("kommunbuss_mail_faults", "Mails that wait until we have mended something, by what it is.", ["stage"])
FAULTS = {stage: _faults.labels(stage) for stage in Stage}
LOST = Counter(
    "kommunbuss_mail_leases_lost", "Mails that another mailer took over although this one was still at work on them."
)
_away = Counter("kommunbuss_contacts_away", "Times that a publisher could not say whom mails are to.", ["publisher"])
for _publisher in WITH_CONTACTS:
    _away.labels(_publisher)
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


def measure_outcomes(outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    for delivery, outcome in outcomes:
        if outcome.verdict is not Verdict.PUBLISHER_AWAY:
            ATTEMPTS[delivery.status].inc()
        measure_fault(outcome)
        if delivery.accepted_at is not None:
            WAITED.observe((delivery.accepted_at - delivery.created_at).total_seconds())


def measure_away(publisher: str) -> None:
    _away.labels(publisher).inc()


def measure_fault(outcome: Outcome) -> None:
    if outcome.verdict is Verdict.OUR_FAULT and outcome.stage is not None:
        FAULTS[outcome.stage].inc()
