from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from bus import retention
from bus.retention import purge
from shared.clock import now
from shared.database import Database
from shared.settings import Settings
from shared.tables import AUDIT, INBOX, KEPT_ANSWER, OUTBOX
from testkit.undone import rolled_back

OUTBOX_DAYS, INBOX_DAYS, ANSWER_HOURS, AUDIT_DAYS = 30, 60, 24, 1827


@pytest.fixture
def settings() -> Settings:
    return Settings(
        service="housing",
        outbox_retention_days=OUTBOX_DAYS,
        inbox_retention_days=INBOX_DAYS,
        idempotency_retention_hours=ANSWER_HOURS,
        audit_retention_days=AUDIT_DAYS,
    )


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A database in which nothing is kept yet but the audit, which cannot be emptied."""
    database = Database(settings)
    async with rolled_back(database):
        async with database.transaction() as tx:
            for table in (OUTBOX, INBOX, KEPT_ANSWER):
                await (await tx.connection()).execute(table.delete())
        yield database
    await database.close()


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)


async def keep(database: Database, table: sa.Table, **values: object) -> None:
    async with database.transaction() as tx:
        await (await tx.connection()).execute(table.insert().values(**values))


async def kept(database: Database, column: sa.Column[str]) -> set[str]:
    async with database.reading() as session:
        return {str(name) for name in (await (await session.connection()).execute(sa.select(column))).scalars()}


async def publish(database: Database, key: str, created_at: datetime, published_at: datetime | None) -> None:
    times = {"created_at": created_at, "published_at": published_at}
    await keep(database, OUTBOX, event_id=uuid4(), topic="housing.events", key=key, headers={}, value=b"{}", **times)


async def handle(database: Database, event_id: UUID, handled_at: datetime) -> None:
    await keep(database, INBOX, group="notifications", event_id=event_id, handled_at=handled_at)


async def answer(database: Database, key: str, created_at: datetime) -> None:
    given = {"fingerprint": "x", "status": 201, "headers": {}, "body": b"{}"}
    await keep(database, KEPT_ANSWER, key=key, created_at=created_at, **given)


async def test_a_published_event_is_kept_for_its_days_and_then_deleted(database, settings):
    await publish(database, "old", ago(days=OUTBOX_DAYS, minutes=1), published_at=ago(minutes=1))
    await publish(database, "recent", ago(days=OUTBOX_DAYS, minutes=-1), published_at=ago(days=OUTBOX_DAYS))

    await purge(database, settings)

    assert await kept(database, OUTBOX.c.key) == {"recent"}


async def test_an_event_that_waits_to_be_published_is_never_deleted(database, settings):
    await publish(database, "waits", ago(days=10 * OUTBOX_DAYS), published_at=None)

    await purge(database, settings)

    assert await kept(database, OUTBOX.c.key) == {"waits"}


async def test_a_handled_event_is_remembered_for_its_days_and_then_forgotten(database, settings):
    old, recent = uuid4(), uuid4()
    await handle(database, old, ago(days=INBOX_DAYS, minutes=1))
    await handle(database, recent, ago(days=INBOX_DAYS, minutes=-1))

    await purge(database, settings)

    assert await kept(database, INBOX.c.event_id) == {str(recent)}


async def test_an_answer_is_kept_for_its_hours_and_then_deleted(database, settings):
    await answer(database, "old", ago(hours=ANSWER_HOURS, minutes=1))
    await answer(database, "recent", ago(hours=ANSWER_HOURS, minutes=-1))

    await purge(database, settings)

    assert await kept(database, KEPT_ANSWER.c.key) == {"recent"}


async def test_who_did_what_is_known_for_its_days_and_then_forgotten(database, settings):
    for who, at in (("old", ago(days=AUDIT_DAYS, minutes=1)), ("recent", ago(days=AUDIT_DAYS, minutes=-1))):
        await keep(database, AUDIT, who=who, at=at, action="look up contacts", details={})

    await purge(database, settings)

    assert await kept(database, AUDIT.c.who) == {"recent"}


async def test_all_that_is_old_is_deleted_however_little_at_a_time(database, settings, monkeypatch):
    monkeypatch.setattr(retention, "DELETED_AT_ONCE", 2)
    for number in range(5):
        await publish(database, str(number), ago(days=OUTBOX_DAYS + 1), published_at=ago(days=1))

    await purge(database, settings)

    assert await kept(database, OUTBOX.c.key) == set()


@pytest.mark.parametrize("inbox_days", [2, 29, 30])
def test_the_inbox_may_not_forget_before_the_outbox_can_replay(inbox_days: int):
    with pytest.raises(ValidationError, match="INBOX_RETENTION_DAYS must exceed OUTBOX_RETENTION_DAYS"):
        Settings(service="housing", outbox_retention_days=30, inbox_retention_days=inbox_days)

    assert Settings(service="housing", outbox_retention_days=30, inbox_retention_days=31, dead_letter_retention_days=31)


def test_what_was_set_aside_may_not_outlive_the_inbox():
    with pytest.raises(ValidationError, match="DEAD_LETTER_RETENTION_DAYS may not exceed INBOX_RETENTION_DAYS"):
        Settings(service="housing", inbox_retention_days=40, dead_letter_retention_days=41)

    assert Settings(service="housing", inbox_retention_days=40, dead_letter_retention_days=40)
