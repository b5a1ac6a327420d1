import asyncio
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from bus.kafka import open_admin
from operations.migrations import engine_for
from operations.topics import existing_topics
from shared.settings import Settings
from testkit.commands import kommunbuss
from testkit.waiting import until

GIVEN_UP_SECONDS = 30
"""A migration that still waits then would wait for ever: it is given its table, and does not fail."""


def test_a_service_that_does_not_exist_is_a_usage_error_that_says_which_there_are():
    result = kommunbuss("outbox", "parking")

    assert result.exit_code == 2
    assert "eservice-intake, housing, notifications, recruitment" in result.stderr


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


@pytest.fixture
def version_of_housing() -> Iterator[Callable[[str], str]]:
    """Puts a version of the tables of housing in place of another, and tells that."""

    async def replace(version: str) -> str:
        engine = engine_for(Settings(service="housing").database)
        async with engine.begin() as connection:
            before = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})
        await engine.dispose()
        return str(before)

    def replaced(version: str) -> str:
        return asyncio.run(replace(version))

    before = replaced("0000")
    replaced(before)
    yield replaced
    replaced(before)


def test_the_version_before_leaves_a_newer_database_as_it_is_so_that_one_can_roll_back(version_of_housing):
    version_of_housing("9999")

    result = kommunbuss("migrate", "housing")

    assert (result.exit_code, result.output) == (0, "housing: newer than this program, and left as it is\n")
    assert version_of_housing("9999") == "9999"


@pytest.mark.postgres
async def test_a_migration_that_waits_for_a_table_gives_up_before_others_wait_behind_it():
    engine = engine_for(Settings(service="housing").database)
    async with engine.begin() as connection:
        await connection.execute(sa.text("LOCK TABLE alembic_version"))
        migrating = asyncio.ensure_future(asyncio.to_thread(kommunbuss, "migrate", "housing"))
        await asyncio.wait([migrating], timeout=GIVEN_UP_SECONDS)

    result = await migrating
    await engine.dispose()
    assert result.exit_code == 1
    assert result.stderr == "A table has been in use for longer than a second, and is as it was. Run this again.\n"


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
        assert result.stdout.startswith(f"missing: {own_topics}eservice-intake.events, ")
        assert f"{own_topics}housing.events, {own_topics}notifications.events" in result.stdout


@pytest.mark.parametrize(
    ("setting", "value", "difference"),
    [
        ("TOPIC_PARTITIONS", "7", "housing.events: partitions should be 7 and is 6"),
        ("TOPIC_REPLICATION", "3", "housing.events: replicas should be 3 and is 1"),
        ("TOPIC_REPLICATION", "3", "housing.events: min.insync.replicas should be 2 and is 1"),
        ("TOPIC_RETENTION_HOURS", "100", "housing.events: retention.ms should be 360000000 and is 604800000"),
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
    monkeypatch.setenv("TOPIC_REPLICATION", "3")

    fixed = kommunbuss("topics", "--fix")

    asyncio.run(until_configured(f"{own_topics}recruitment.events", "retention.ms", 720_000_000))
    left = kommunbuss("topics", "--dry-run").stdout.splitlines()
    assert fixed.stdout.splitlines() == left, "what it says is left is left"
    assert not [line for line in left if "events: retention.ms" in line]
    assert f"{own_topics}housing.events: min.insync.replicas should be 2 and is 1" in left, "it has one replica"
    monkeypatch.setenv("TOPIC_RETENTION_HOURS", "100")
    lower = kommunbuss("topics", "--fix").stdout.splitlines()
    assert f"{own_topics}notifications.replay: retention.ms should be 360000000 and is 720000000" in lower


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
