"""A command that sends mails again that ended unsent."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from notifications.models.deliveries import Delivery, DeliveryStatus
from operations.console import opened
from shared.clock import now
from testkit.commands import kommunbuss, last_audit


def ended(cause: str, **values: object) -> Delivery:
    whom = {"publisher": "housing", "unit": "boende", "contact_id": uuid4(), "template": "x", "priority": 2}
    given = {"event_id": uuid4(), "about": str(uuid4()), "attempts": 4, "lapses": 1, "last_error": cause, **values}
    at = now() - timedelta(hours=1)
    return Delivery(**{"status": DeliveryStatus.FAILED, "created_at": at, "expires_at": at, **whom, **given})


def save(*deliveries: Delivery) -> None:
    async def write() -> None:
        async with opened("notifications") as database, database.transaction() as tx:
            tx.add_all(deliveries)

    asyncio.run(write())


def now_is(delivery: Delivery) -> Delivery:
    async def read() -> Delivery:
        async with opened("notifications") as database, database.reading() as session:
            return (await session.exec(select(Delivery).where(Delivery.id == delivery.id))).one()

    return asyncio.run(read())


@pytest.fixture
def cause(monkeypatch) -> str:
    """One that no other test's mails have."""
    monkeypatch.setenv("OPERATOR", "berit")
    return f"550 5.7.1 {uuid4()}"


def test_what_failed_for_a_cause_is_sent_again_as_if_it_were_new(cause):
    failed, other = ended(cause), ended("554 5.6.0")
    expired = ended(cause, status=DeliveryStatus.EXPIRED)
    save(failed, other, expired)

    said = kommunbuss("deliveries", "retry", "--since", "2h", "--cause", cause).output

    after, entry = now_is(failed), last_audit("notifications")
    assert said == "2 mails are sent again\n"
    assert (after.status, after.attempts, after.lapses, after.last_error) == (DeliveryStatus.QUEUED, 0, 0, None)
    assert after.expires_at > now() + timedelta(days=6)
    assert now_is(expired).status is DeliveryStatus.QUEUED
    assert now_is(other).status is DeliveryStatus.FAILED
    assert (entry.who, entry.action, entry.details["mails"]) == ("berit", "retry deliveries", 2)


def test_a_dry_run_counts_by_cause_and_changes_nothing(cause):
    failed = ended(cause)
    save(failed, ended(cause))

    said = kommunbuss("deliveries", "retry", "--since", "2h", "--cause", cause, "--dry-run").output

    assert said == f"       2  failed  {cause}\n2 mails would be sent again\n"
    assert now_is(failed).status is DeliveryStatus.FAILED


def test_what_is_of_another_time_or_proves_something_or_may_have_arrived_is_left(cause):
    left = [
        ended(cause, created_at=now() - timedelta(hours=3)),
        ended(cause, is_proof=True),
        ended(cause, status=DeliveryStatus.UNKNOWN),
        ended(cause, status=DeliveryStatus.ACCEPTED),
    ]
    save(*left)

    said = kommunbuss("deliveries", "retry", "--since", "2h", "--cause", cause).output

    assert said == "0 mails are sent again\n"
    assert [now_is(one).status for one in left] == [one.status for one in left]
