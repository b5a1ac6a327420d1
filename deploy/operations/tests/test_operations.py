import asyncio
import json
import os
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner, Result

from bus.kafka import create_topics, kafka_options, open_admin, open_producer
from housing.app import api as housing
from operations import app
from operations.console import opened, printable
from operations.migrations import engine_for
from operations.topics import existing_topics
from shared.clock import now
from shared.events import EVENT_CLASSES, HouseListed
from shared.settings import Settings
from shared.tables import OUTBOX, AuditEntry
from testkit.waiting import until

ABOUT = [
    ("dead-letter-topic", b"housing.events"),
    ("dead-letter-partition", b"2"),
    ("dead-letter-offset", b"17"),
    ("dead-letter-error", b"KeyError"),
    ("dead-letter-attempts", b"3"),
]


def kommunbuss(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module", autouse=True)
def own_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Databases and topics that only this module uses; on PostgreSQL the command itself makes the databases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(tmp_path_factory.mktemp("cli")))
        patch.setenv("TOPIC_PREFIX", "operations.")
        if server := os.environ.get("DATABASE_URL"):
            patch.setenv("DATABASE_URL", f"{server.rsplit('/', 1)[0]}/kommunbuss_cli_{os.getpid()}_{{service}}")
        assert kommunbuss("migrate", "housing", "notifications").exit_code == 0
        yield
        if server:
            asyncio.run(drop("housing", "notifications"))


async def drop(*services: str) -> None:
    engine = engine_for(
        Settings(service="postgres", database_url=os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres").database
    )
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for service in services:
            name = sa.make_url(Settings(service=service).database).database
            await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()


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


def outbox_of_housing() -> dict[str, int]:
    [backlog] = json.loads(kommunbuss("outbox", "housing", "--json").output)
    return backlog


def last_audit(service: str) -> AuditEntry:
    async def read() -> AuditEntry:
        async with opened(service) as database, database.reading() as session:
            entries = await session.exec(sa.select(AuditEntry).order_by(AuditEntry.id.desc()))
            return entries.scalars().first()

    return asyncio.run(read())


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


def test_a_service_that_does_not_exist_is_a_usage_error_that_says_which_there_are():
    result = kommunbuss("outbox", "parking")

    assert result.exit_code == 2
    assert "eservice-intake, housing, notifications, recruitment" in result.stderr


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


def test_showing_a_dead_letter_is_audited(dead_letter, monkeypatch):
    monkeypatch.setenv("OPERATOR", "berit")

    kommunbuss("dead-letters", "show", dead_letter, "--group", "housing")

    entry = last_audit("housing")
    assert (entry.who, entry.action) == ("berit", "show dead letter")
    assert "{partition}-{offset}".format(**entry.details) == dead_letter


def test_what_a_record_holds_moves_no_cursor_and_turns_no_text():
    assert printable("\x1b[2Jhus\u202e\u200b\r\n\tå") == "\\x1b[2Jhus\\u202e\\u200b\\r\n\tå"


def test_a_dry_replay_changes_nothing(published_event):
    before = outbox_of_housing()

    result = kommunbuss("replay", "housing", "--since", "1h", "--dry-run")

    assert "would be published again" in result.output
    assert outbox_of_housing()["pending"] == before["pending"]


@pytest.mark.parametrize(
    ("since", "until", "remedy"),
    [("yesterday", "1h", "Write 2026-05-01T09:00+02:00"), ("1h", "2h", "--until must be later than --since")],
)
def test_a_time_that_makes_no_sense_is_a_usage_error(since, until, remedy):
    result = kommunbuss("replay", "housing", "--since", since, "--until", until)

    assert result.exit_code == 2
    assert remedy in result.stderr


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


def test_a_broker_that_is_away_is_said_in_one_line_with_the_remedy(monkeypatch):
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")

    result = kommunbuss("topics")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Kafka at 127.0.0.1:1 does not answer over PLAINTEXT. Start it, or set KAFKA_BOOTSTRAP_SERVERS or "
        "KAFKA_SECURITY_PROTOCOL."
    ]


def test_a_database_that_is_away_is_said_in_one_line_without_its_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://berit:hemligt@127.0.0.1:1/{service}")

    result = kommunbuss("outbox", "housing")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "127.0.0.1:1" in result.stderr
    assert "hemligt" not in result.stderr


def test_a_database_without_tables_names_the_command_that_makes_them():
    result = kommunbuss("outbox", "recruitment")

    assert result.exit_code == 1
    assert "kommunbuss migrate" in result.stderr


def test_a_wrong_setting_is_named(monkeypatch):
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka")

    result = kommunbuss("topics")

    assert result.exit_code == 1
    assert "KAFKA_BOOTSTRAP_SERVERS: 'kafka' is not a host:port" in result.stderr


@pytest.fixture
def own_topics(monkeypatch: pytest.MonkeyPatch) -> str:
    """A prefix that no topic has yet."""
    prefix = f"{uuid4().hex[:8]}."
    monkeypatch.setenv("TOPIC_PREFIX", prefix)
    return prefix


def test_making_topics_twice_makes_nothing_the_second_time():
    kommunbuss("topics")

    again = kommunbuss("topics")

    assert again.output == "all topics are there, as they should be\n"
    assert again.exit_code == 0


def test_a_dry_run_says_which_topics_are_missing_and_makes_none(own_topics):
    for _ in range(2):
        result = kommunbuss("topics", "--dry-run")

        assert result.exit_code == 1
        assert result.stdout.startswith(f"missing: {own_topics}eservice-intake.dead-letter, ")
        assert f"{own_topics}housing.events, {own_topics}notifications.dead-letter" in result.stdout


@pytest.mark.parametrize(
    ("setting", "value", "difference"),
    [
        ("TOPIC_PARTITIONS", "7", "housing.events: partitions should be 7 and is 6"),
        ("TOPIC_REPLICATION", "3", "housing.events: replicas should be 3 and is 1"),
        ("TOPIC_REPLICATION", "3", "housing.events: min.insync.replicas should be 2 and is 1"),
        ("TOPIC_RETENTION_HOURS", "100", "housing.events: retention.ms should be 360000000 and is 604800000"),
        (
            "DEAD_LETTER_RETENTION_DAYS",
            "91",
            "notifications.dead-letter: retention.ms should be 7862400000 and is 7776000000",
        ),
    ],
)
def test_a_topic_that_is_not_as_the_settings_want_it_is_said(monkeypatch, setting, value, difference):
    kommunbuss("topics")
    monkeypatch.setenv(setting, value)

    result = kommunbuss("topics")

    assert result.exit_code == 1
    assert Settings(service="kommunbuss").on_kafka(difference) in result.stdout.splitlines()
    assert "`kommunbuss topics --fix`" in result.stderr


@pytest.mark.apache_kafka
def test_fixing_raises_what_may_be_raised_and_lowers_nothing(own_topics, monkeypatch):
    kommunbuss("topics")
    asyncio.run(until_configured(f"{own_topics}notifications.replay", "retention.ms", 604_800_000))
    monkeypatch.setenv("TOPIC_RETENTION_HOURS", "200")
    monkeypatch.setenv("DEAD_LETTER_RETENTION_DAYS", "1")
    monkeypatch.setenv("TOPIC_REPLICATION", "3")

    fixed = kommunbuss("topics", "--fix")

    asyncio.run(until_configured(f"{own_topics}recruitment.events", "retention.ms", 720_000_000))
    left = kommunbuss("topics", "--dry-run").stdout.splitlines()
    assert fixed.stdout.splitlines() == left, "what it says is left is left"
    assert not [line for line in left if "events: retention.ms" in line]
    assert f"{own_topics}notifications.dead-letter: retention.ms should be 86400000 and is 7776000000" in left
    assert f"{own_topics}housing.events: min.insync.replicas should be 2 and is 1" in left, "it has one replica"


@pytest.mark.apache_kafka
def test_what_a_topic_has_of_its_own_survives_a_fix(own_topics):
    topic = f"{own_topics}housing.events"
    kommunbuss("topics")
    asyncio.run(until_configured(topic, "max.message.bytes", 1_179_648))
    asyncio.run(leave_only(topic, {"segment.ms": "60000"}))
    asyncio.run(until_configured(topic, "max.message.bytes", 1_048_588))

    kommunbuss("topics", "--fix")

    asyncio.run(until_configured(topic, "max.message.bytes", 1_179_648))
    asyncio.run(until_configured(topic, "segment.ms", 60_000))


async def leave_only(topic: str, configs: dict[str, str]) -> None:
    """Leave the topic with these configurations and no others of its own."""
    async with open_admin(Settings(service="kommunbuss")) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])


async def until_configured(topic: str, config: str, value: int) -> None:
    """Kafka's controller tells its brokers a moment later."""

    async def is_so() -> bool:
        there = await existing_topics(Settings(service="kommunbuss"))
        return topic in there and there[topic].values[config] == value

    await until(is_so)


def test_the_asyncapi_document_names_every_event_its_publisher_and_its_listener(tmp_path):
    kommunbuss("asyncapi", "--output", str(tmp_path / "asyncapi.json"))

    document = json.loads((tmp_path / "asyncapi.json").read_text())
    assert document["asyncapi"] == "3.0.0"
    assert "housing.house-listed.v1" in document["channels"]["housing.events"]["messages"]
    assert document["operations"]["housing-publishes"]["action"] == "send"
    assert document["operations"]["notifications-listens-to-housing.events"]["action"] == "receive"


def test_every_reference_in_the_asyncapi_document_leads_somewhere(tmp_path):
    kommunbuss("asyncapi", "--output", str(tmp_path / "asyncapi.json"))

    text = (tmp_path / "asyncapi.json").read_text()
    document = json.loads(text)
    references = {line.split('"')[3] for line in text.splitlines() if '"$ref"' in line}
    for reference in references:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    assert references


def test_every_message_of_the_asyncapi_document_has_a_sample_that_is_one(tmp_path):
    kommunbuss("asyncapi", "--output", str(tmp_path / "asyncapi.json"))

    messages = json.loads((tmp_path / "asyncapi.json").read_text())["components"]["messages"]
    for kind, message in messages.items():
        assert {EVENT_CLASSES[kind].model_validate(one["payload"]).type for one in message["examples"]} == {kind}


def test_the_openapi_document_of_a_service_is_written(tmp_path):
    kommunbuss("openapi", "housing", "--folder", str(tmp_path))

    assert json.loads((tmp_path / "housing.json").read_text()) == json.loads(json.dumps(housing.openapi()))


@pytest.fixture
def audited() -> str:
    """Somebody who has read two cases and moved one."""
    who = f"anna-{uuid4().hex[:8]}"

    async def keep() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            tx.audit(who, "read case", case="MH-2026-000001", roles=["caseworker"], address="203.0.113.7")
            tx.audit(who, "read case", case="MH-2026-000002", roles=["caseworker"], address="203.0.113.7")
            tx.audit(who, "move case", case="MH-2026-000002", roles=["registrator"], address="203.0.113.7")

    asyncio.run(keep())
    return who


def test_the_audit_says_who_read_a_case_when_in_which_role_and_from_where(audited):
    result = kommunbuss("audit", "housing", "--who", audited, "--about", "MH-2026-000001")

    [line] = result.stdout.splitlines()
    assert re.fullmatch(
        rf"[0-9-]{{10}} [0-9:]{{8}}Z housing {audited}: read case "
        r"case=MH-2026-000001 roles=caseworker address=203\.0\.113\.7",
        line,
    )


def test_the_audit_is_exported_entry_by_entry(audited):
    result = kommunbuss("audit", "housing", "--who", audited, "--since", "1h", "--json")

    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(entry["action"], entry["case"]) for entry in entries] == [
        ("read case", "MH-2026-000001"),
        ("read case", "MH-2026-000002"),
        ("move case", "MH-2026-000002"),
    ]


@pytest.mark.parametrize(("option", "value", "count"), [("--action", "move case", 1), ("--until", "1h", 0)])
def test_the_audit_is_searched(audited, option: str, value: str, count: int):
    result = kommunbuss("audit", "housing", "--who", audited, option, value)

    assert len(result.stdout.splitlines()) == count


def test_a_long_audit_is_listed_whole(audited, monkeypatch):
    monkeypatch.setattr("operations.audit.AT_ONCE", 2)

    result = kommunbuss("audit", "housing", "--who", audited)

    assert len(result.stdout.splitlines()) == 3


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET who = 'bo' WHERE who = :who", "DELETE FROM audit WHERE who = :who"],
)
def test_the_database_itself_refuses_to_change_the_audit(audited, change: str):
    async def try_it() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            await (await tx.connection()).execute(sa.text(change), {"who": audited})

    with pytest.raises(sa.exc.DBAPIError, match="an audit entry is not"):
        asyncio.run(try_it())
