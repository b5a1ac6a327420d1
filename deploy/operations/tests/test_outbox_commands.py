"""Commands that show the outbox, and have it sent again."""

import asyncio
import re
from uuid import uuid4

import pytest

from operations.console import opened
from shared.clock import now
from shared.events import HouseListed
from shared.tables import OUTBOX
from testkit.commands import kommunbuss, last_audit, outbox_of_housing


@pytest.fixture
def published_event() -> HouseListed:
    """An event that housing has published."""
    event = HouseListed(house_id=uuid4(), owner_contact_id=uuid4())

    async def publish() -> None:
        async with opened("housing") as database:
            async with database.transaction() as tx:
                tx.publish(event)
            async with database.transaction() as tx:
                await (await tx.connection()).execute(OUTBOX.update().values(published_at=now()))

    asyncio.run(publish())
    return event


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


def test_what_was_parked_and_discarded_is_not_published_again(published_event):
    async def discard() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            chosen = OUTBOX.update().where(OUTBOX.c.event_id == published_event.event_id)
            await (await tx.connection()).execute(chosen.values(parked_error="too large"))

    asyncio.run(discard())
    result = kommunbuss("replay", "housing", "--since", published_event.occurred_at.isoformat(), "--dry-run")

    assert result.output.startswith("housing: 0 events")


@pytest.mark.parametrize(
    ("since", "until", "remedy"),
    [("yesterday", "1h", "Write 2026-05-01T09:00+02:00"), ("1h", "2h", "--until must be later than --since")],
)
def test_a_time_that_makes_no_sense_is_a_usage_error(since, until, remedy):
    result = kommunbuss("replay", "housing", "--since", since, "--until", until)

    assert result.exit_code == 2
    assert remedy in result.stderr
