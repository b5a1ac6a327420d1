"""Commands that show the outbox, and have it sent again."""

import asyncio
import re
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from deploy.embedded.prepare import publish_journal_again
from operations.console import opened
from shared.clock import now
from shared.events import HouseListed
from shared.tables import OUTBOX
from testkit.commands import kommunbuss, last_audit, outbox_of_housing


@pytest.fixture
def published_event() -> HouseListed:
    """An event that housing has published."""
    return publish_one()


def publish_one() -> HouseListed:
    event = HouseListed(house_id=uuid4(), owner_contact_id=uuid4())

    async def publish() -> None:
        async with opened("housing") as database:
            async with database.transaction() as tx:
                tx.publish(event)
            async with database.transaction() as tx:
                await (await tx.connection()).execute(OUTBOX.update().values(published_at=now()))

    asyncio.run(publish())
    return event


async def change(event: HouseListed, **values: str) -> None:
    async with opened("housing") as database, database.transaction() as tx:
        await (await tx.connection()).execute(OUTBOX.update().where(OUTBOX.c.event_id == event.event_id).values(values))


async def published() -> set[UUID]:
    async with opened("housing") as database, database.reading() as session:
        query = sa.select(OUTBOX.c.event_id).where(OUTBOX.c.published_at.is_not(None))
        return set((await (await session.connection()).execute(query)).scalars())


def test_the_outbox_shows_what_waits_and_what_was_published(published_event):
    before = outbox_of_housing()

    kommunbuss("replay", "housing", "--since", "1h")

    after = outbox_of_housing()
    assert before["published"] >= 1
    assert after["pending"] == before["pending"] + before["published"]
    assert after["oldest_pending_seconds"] >= 0


def test_the_outbox_is_a_table_for_people(published_event):
    counted = outbox_of_housing()

    result = kommunbuss("outbox", "housing")

    heads, cells = [re.split(r"\s*[┃│]\s*", line)[1:-1] for line in result.output.splitlines() if line[0] in "┃│"]
    assert result.exit_code == 0
    assert heads == ["service", "pending", "oldest", "parked", "published"]
    assert [cells[0], *cells[3:]] == ["housing", str(counted["parked"]), str(counted["published"])]
    assert cells[1] == str(counted["pending"])


def test_a_replay_is_written_to_the_audit_with_who_and_how_many(published_event, monkeypatch):
    monkeypatch.setenv("LOGNAME", "berit")

    result = kommunbuss("replay", "housing", "--since", published_event.occurred_at.isoformat())

    entry = last_audit("housing")
    assert result.exit_code == 0
    assert (entry.who, entry.action, entry.details["events"]) == ("berit", "replay events", 1)


def test_a_command_in_a_container_is_audited_with_the_operator_who_is_named(published_event, monkeypatch):
    monkeypatch.setenv("LOGNAME", "kommunbuss")
    since = published_event.occurred_at.isoformat()

    unnamed = kommunbuss("replay", "housing", "--since", since)
    monkeypatch.setenv("OPERATOR", "berit")
    named = kommunbuss("replay", "housing", "--since", since)

    assert (unnamed.exit_code, named.exit_code) == (1, 0)
    assert "OPERATOR=anna" in unnamed.stderr
    assert last_audit("housing").who == "berit"


def test_a_dry_replay_changes_nothing(published_event):
    before = outbox_of_housing()

    result = kommunbuss("replay", "housing", "--since", "1h", "--dry-run")

    assert "would be published again" in result.output
    assert outbox_of_housing()["pending"] == before["pending"]


STAYS = [{"parked_error": "too large"}, {"topic": "housing.replay"}]


@pytest.mark.parametrize("changed", STAYS)
def test_neither_what_was_parked_and_discarded_nor_a_dead_letter_is_published_again(published_event, changed):
    asyncio.run(change(published_event, **changed))

    result = kommunbuss("replay", "housing", "--since", published_event.occurred_at.isoformat(), "--dry-run")

    assert result.output.startswith("housing: 0 events")


@pytest.mark.parametrize("changed", STAYS)
def test_a_new_embedded_broker_gets_the_events_and_neither_what_was_discarded_nor_a_dead_letter(
    published_event, changed
):
    another = publish_one()
    asyncio.run(change(published_event, **changed))

    asyncio.run(publish_journal_again("housing"))

    still = asyncio.run(published())
    assert (published_event.event_id in still, another.event_id in still) == (True, False)


@pytest.mark.parametrize(
    ("since", "until", "remedy"),
    [("yesterday", "1h", "Write 2026-05-01T09:00+02:00"), ("1h", "2h", "--until must be later than --since")],
)
def test_a_time_that_makes_no_sense_is_a_usage_error(since, until, remedy):
    result = kommunbuss("replay", "housing", "--since", since, "--until", until)

    assert result.exit_code == 2
    assert remedy in result.stderr
