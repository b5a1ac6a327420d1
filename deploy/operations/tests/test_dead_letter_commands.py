"""Commands that show dead letters, and have them handled again."""

import asyncio
import json
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from bus.kafka import create_topics, kafka_options, open_producer
from operations.console import printable
from shared.clock import now
from shared.settings import Settings
from testkit.commands import kommunbuss, last_audit

ABOUT = [
    ("dead-letter-topic", b"housing.events"),
    ("dead-letter-partition", b"2"),
    ("dead-letter-offset", b"17"),
    ("dead-letter-error", b"KeyError"),
    ("dead-letter-attempts", b"3"),
]


@pytest.fixture
def dead_letter() -> str:
    """The id of an event that housing's consumer set aside: not JSON, and a header that is not text."""
    event_id = str(uuid4())
    headers = [("ce_id", event_id.encode()), ("ce_type", b"housing.house-listed.v1"), ("odd", b"\xff")]

    async def set_aside() -> str:
        settings = Settings(service="housing")
        await create_topics(settings, ["housing"])
        async with open_producer(settings) as producer:
            about = [*ABOUT, ("dead-letter-at", now().isoformat().encode())]
            sent = await producer.send_and_wait(
                "operations.housing.dead-letter", b"\x00not json", b"key", headers=[*headers, *about]
            )
            return f"{sent.partition}-{sent.offset}"

    return asyncio.run(set_aside())


def listed(identifier: str) -> dict[str, str]:
    letters = json.loads(kommunbuss("dead-letters", "list", "--group", "housing", "--json").output)
    return next(letter for letter in letters if letter["id"] == identifier)


async def replayed_records() -> list[tuple[bytes, bytes, list[tuple[str, bytes]]]]:
    settings = Settings(service="housing")
    consumer = AIOKafkaConsumer("operations.housing.replay", **kafka_options(settings), auto_offset_reset="earliest")
    await consumer.start()
    found = await consumer.getmany(timeout_ms=3_000)
    await consumer.stop()
    return [(record.key, record.value, list(record.headers)) for records in found.values() for record in records]


def test_showing_a_dead_letter_is_audited(dead_letter, monkeypatch):
    monkeypatch.setenv("OPERATOR", "berit")

    kommunbuss("dead-letters", "show", dead_letter, "--group", "housing")

    entry = last_audit("housing")
    assert (entry.who, entry.action) == ("berit", "show dead letter")
    assert "{partition}-{offset}".format(**entry.details) == dead_letter


def test_what_a_record_holds_moves_no_cursor_and_turns_no_text():
    assert printable("\x1b[2Jhus\u202e\u200b\r\n\tå") == "\\x1b[2Jhus\\u202e\\u200b\\r\n\tå"


def test_a_dead_letter_is_listed_with_its_origin_and_why(dead_letter):
    letter = listed(dead_letter)

    assert letter["origin"] == "housing.events/2/17"
    assert (letter["type"], letter["error"], letter["attempts"]) == ("housing.house-listed.v1", "KeyError", "3")
    assert letter["replayed"] == "no"


def test_showing_a_dead_letter_warns_about_personal_data_and_shows_bytes_that_are_no_text(dead_letter):
    result = kommunbuss("dead-letters", "show", dead_letter, "--group", "housing")

    assert "personal data" in result.stderr
    assert "odd: \\xff" in result.stdout
    assert "not json" in result.stdout


def test_a_replayed_dead_letter_reaches_its_own_group_as_it_first_was(dead_letter):
    kommunbuss("dead-letters", "replay", dead_letter, "--group", "housing")

    key, value, headers = asyncio.run(replayed_records())[-1]
    assert (key, value) == (b"key", b"\x00not json")
    assert [name for name, _ in headers] == ["ce_id", "ce_type", "odd"]
    assert dict(headers)["odd"] == b"\xff"


def test_a_replayed_dead_letter_is_audited_and_not_replayed_by_all_again(dead_letter):
    kommunbuss("dead-letters", "replay", dead_letter, "--group", "housing")

    again = kommunbuss("dead-letters", "replay", "--all", "--dry-run", "--group", "housing")

    partition, offset = map(int, dead_letter.split("-"))
    entry = last_audit("housing")
    assert (entry.details["partition"], entry.details["offset"]) == (partition, offset)
    assert listed(dead_letter)["replayed"] == "yes"
    assert dead_letter not in again.output.split()


def test_a_dry_replay_of_dead_letters_sends_and_notes_nothing(dead_letter):
    before = asyncio.run(replayed_records())

    result = kommunbuss("dead-letters", "replay", "--all", "--dry-run", "--group", "housing")

    assert dead_letter in result.output
    assert asyncio.run(replayed_records()) == before
    assert listed(dead_letter)["replayed"] == "no"


def test_a_dead_letter_that_is_not_there_is_said_in_one_line(dead_letter):
    result = kommunbuss("dead-letters", "replay", "9-999", "--group", "housing")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == ["There is no dead letter 9-999. See `kommunbuss dead-letters list`."]


def test_a_consumer_without_a_dead_letter_topic_names_the_command_that_makes_it():
    result = kommunbuss("dead-letters", "list", "--group", "recruitment")

    assert result.exit_code == 1
    assert "kommunbuss topics" in result.stderr


def test_replaying_neither_some_nor_all_is_a_usage_error():
    result = kommunbuss("dead-letters", "replay", "--group", "housing")

    assert result.exit_code == 2
    assert "give --all" in result.stderr
