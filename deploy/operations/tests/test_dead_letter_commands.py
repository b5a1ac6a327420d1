"""Commands that show dead letters, have them handled again, and give them up."""

import asyncio
import json
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord
from sqlmodel import select

from bus.dead_letters import keep
from operations.console import opened, printable
from shared.tables import OutboxEvent
from testkit.commands import kommunbuss, last_audit

TYPE = "housing.house-listed.v1"


@pytest.fixture
def dead_letter(monkeypatch) -> str:
    """The id of a record that notifications' consumer set aside: not JSON, and a header that is not text."""
    monkeypatch.setenv("OPERATOR", "berit")
    event_id = str(uuid4())
    headers = [("ce_id", event_id.encode()), ("ce_type", TYPE.encode()), ("odd", b"\xff")]
    record = ConsumerRecord("housing.events", 2, 17, 0, 0, b"key", b"\x00not json", None, 0, 0, headers)

    async def set_aside() -> None:
        async with opened("notifications") as database, database.transaction() as tx:
            await keep(tx, record, "KeyError", 3)

    record.timestamp = UUID(event_id).int % 10**12
    asyncio.run(set_aside())
    return next(letter["id"] for letter in letters() if letter["event_id"] == event_id)


def letters() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(kommunbuss("dead-letters", "list", "--json").output)
    return found


def listed(identifier: str) -> dict[str, str]:
    return next(letter for letter in letters() if letter["id"] == identifier)


def replayed(identifier: str) -> list[OutboxEvent]:
    """What the relay is to send for the dead letter."""

    async def read() -> list[OutboxEvent]:
        async with opened("notifications") as database, database.reading() as session:
            return list(await session.exec(select(OutboxEvent).where(OutboxEvent.event_id == UUID(identifier))))

    return asyncio.run(read())


def test_showing_a_dead_letter_is_audited(dead_letter):
    kommunbuss("dead-letters", "show", dead_letter)

    entry = last_audit("notifications")
    assert (entry.who, entry.action, entry.details["dead_letter"]) == ("berit", "show dead letter", dead_letter)


def test_what_a_record_holds_moves_no_cursor_and_turns_no_text():
    assert printable("\x1b[2Jhus\u202e\u200b\r\n\tå") == "\\x1b[2Jhus\\u202e\\u200b\\r\n\tå"


def test_a_dead_letter_is_listed_with_its_origin_and_why(dead_letter):
    letter = listed(dead_letter)

    assert (letter["origin"], letter["type"]) == ("housing.events/2/17", TYPE)
    assert (letter["error"], letter["attempts"], letter["status"]) == ("KeyError", 3, "waiting")


def test_the_list_is_read_on_80_columns(dead_letter):
    lines = kommunbuss("dead-letters", "list").output.splitlines()

    assert [line for line in lines if dead_letter in line]
    assert max(map(len, lines)) <= 80


def test_showing_a_dead_letter_warns_about_personal_data_and_shows_bytes_that_are_no_text(dead_letter):
    result = kommunbuss("dead-letters", "show", dead_letter)

    assert "personal data" in result.stderr
    assert "odd: \\xff" in result.stdout
    assert "not json" in result.stdout


def test_a_replayed_dead_letter_is_sent_to_its_own_group_as_it_first_was(dead_letter):
    kommunbuss("dead-letters", "replay", dead_letter)

    [event] = replayed(dead_letter)
    assert (event.topic, event.key, event.value) == ("notifications.replay", "key", b"\x00not json")
    assert event.headers["ce_type"] == TYPE
    assert event.headers["dead-letter"] == dead_letter


def test_a_replayed_dead_letter_is_audited_and_not_replayed_by_all_again(dead_letter):
    kommunbuss("dead-letters", "replay", dead_letter)

    again = kommunbuss("dead-letters", "replay", "--all", "--dry-run")

    entry = last_audit("notifications")
    assert (entry.action, entry.details["dead_letter"]) == ("replay dead letter", dead_letter)
    assert listed(dead_letter)["status"] == "replayed"
    assert dead_letter not in again.output.split()


def test_a_dry_replay_of_dead_letters_sends_and_notes_nothing(dead_letter):
    result = kommunbuss("dead-letters", "replay", "--all", "--dry-run")

    assert dead_letter in result.output
    assert replayed(dead_letter) == []
    assert listed(dead_letter)["status"] == "waiting"


def test_a_dead_letter_is_discarded_with_a_reason_which_is_audited(dead_letter):
    result = kommunbuss("dead-letters", "discard", dead_letter, "--reason", "registered again by hand")

    entry = last_audit("notifications")
    assert result.exit_code == 0
    assert (entry.action, entry.details["reason"]) == ("discard dead letter", "registered again by hand")
    assert listed(dead_letter)["status"] == "discarded"


def test_a_dead_letter_is_not_discarded_without_a_reason(dead_letter):
    result = kommunbuss("dead-letters", "discard", dead_letter, "--reason", " ")

    assert result.exit_code == 2
    assert listed(dead_letter)["status"] == "waiting"


def test_what_was_discarded_cannot_be_replayed_and_then_none_of_those_named_is(dead_letter):
    other = str(uuid4())
    kommunbuss("dead-letters", "discard", dead_letter, "--reason", "a test")

    refused = kommunbuss("dead-letters", "replay", dead_letter)
    unknown = kommunbuss("dead-letters", "replay", other)

    assert refused.stderr.startswith("Somebody has discarded it")
    assert unknown.stderr.startswith("There is no dead letter with that id.")
    assert (refused.exit_code, unknown.exit_code, replayed(dead_letter)) == (1, 1, [])


def test_a_service_that_reads_no_events_has_no_dead_letters():
    result = kommunbuss("dead-letters", "list", "--group", "housing")

    assert result.exit_code == 2
    assert "Choose from: eservice-intake, notifications." in " ".join(result.stderr.split())


def test_replaying_neither_some_nor_all_is_a_usage_error():
    result = kommunbuss("dead-letters", "replay")

    assert result.exit_code == 2
    assert "give --all" in result.stderr
