"""The topics as they are in Kafka, beside what the settings want."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from bus.kafka import create_topics, open_admin, wanted_topics
from operations.console import Failed, console
from shared.dead_letters import READERS
from shared.events import TOPICS
from shared.settings import Settings

REPLICAS, INSYNC = "replicas", "min.insync.replicas"
SET_ON_THE_TOPIC = 1
"""Where a configuration comes from, in Kafka's protocol: this one is the topic's own and not the broker's."""


@dataclass(frozen=True)
class Existing:
    """A topic that is there: what the settings are about, and every configuration of its own."""

    values: dict[str, int]
    own: dict[str, str]


@dataclass(frozen=True)
class Difference:
    topic: str
    what: str
    there: int | None
    wanted: int

    def __str__(self) -> str:
        there = "not set" if self.there is None else self.there
        return f"{self.topic}: {self.what} should be {self.wanted} and is {there}"


def create(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make nothing; only say what is missing.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Raise what is too low: retention, sizes, replicas in sync.")
    ] = False,
) -> None:
    """Make the topics that are missing, and say where those that are there differ from the settings.

    The exit code is 1 when they differ.
    """
    settings = Settings(service="kommunbuss")
    there = asyncio.run(existing_topics(settings))
    wanted = wanted_topics(settings, READERS)
    missing = [topic.name for topic in wanted if topic.name not in there]
    found = differences(there, wanted)
    if not dry_run:
        asyncio.run(create_topics(settings, READERS))
    if fix and not dry_run:
        raised = may_be_raised(found)
        asyncio.run(raise_configs(settings, there, raised))
        found = [difference for difference in found if difference not in raised]
    _report(missing, found, dry_run)


def _report(missing: Sequence[str], found: Sequence[Difference], dry_run: bool) -> None:
    if missing:
        console().print(f"{'missing' if dry_run else 'made'}: {', '.join(missing)}")
    elif not found:
        console().print("all topics are there, as they should be")
    for difference in found:
        console().print(str(difference))
    if found:
        raise Failed(
            "Some topics are not as the settings want them. `kommunbuss topics --fix` raises what may be raised; "
            "change the rest with Kafka's own tools, or the settings."
        )
    if missing and dry_run:
        raise typer.Exit(1)


async def existing_topics(
    settings: Settings, groups: Sequence[str] = READERS, topics: Sequence[str] = TOPICS
) -> dict[str, Existing]:
    """Those of our topics that are there."""
    async with open_admin(settings) as admin:
        names = {topic.name for topic in wanted_topics(settings, groups, topics)} & set(await admin.list_topics())
        if not names:
            return {}
        described = await admin.describe_topics(sorted(names))
        return {topic["topic"]: await _existing(admin, topic) for topic in described}


async def _existing(admin: AIOKafkaAdminClient, topic: dict[str, Any]) -> Existing:
    partitions = topic["partitions"]
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic["topic"])])
    [(code, message, _, _, entries)] = answer.resources
    if code:
        raise for_code(code)(message)
    configs = {name: value for name, value, *_ in entries}
    own = {name: value for name, value, _, source, *_ in entries if source == SET_ON_THE_TOPIC}
    values = {name: int(value) for name, value in configs.items() if value and value.lstrip("-").isdigit()}
    values |= {"partitions": len(partitions), REPLICAS: min(len(partition["replicas"]) for partition in partitions)}
    return Existing(values, own)


def differences(there: dict[str, Existing], wanted: Sequence[NewTopic]) -> list[Difference]:
    """Where a topic that is there is not as it is wanted."""
    return [one for topic in wanted if topic.name in there for one in _differences(there[topic.name].values, topic)]


def _differences(values: dict[str, int], topic: NewTopic) -> list[Difference]:
    wanted = {"partitions": topic.num_partitions, REPLICAS: topic.replication_factor, **topic.topic_configs}
    return [
        Difference(topic.name, what, values.get(what), int(value))
        for what, value in wanted.items()
        if values.get(what) != int(value)
    ]


def may_be_raised(found: Sequence[Difference]) -> list[Difference]:
    """What is too low and can be set. Nothing is lowered: it would delete events.

    More replicas in sync than there are would stop every write.
    """
    too_few = {difference.topic for difference in found if difference.what == REPLICAS}
    return [
        difference
        for difference in found
        if difference.what not in ("partitions", REPLICAS)
        and (difference.there or 0) < difference.wanted
        and not (difference.what == INSYNC and difference.topic in too_few)
    ]


async def raise_configs(settings: Settings, there: dict[str, Existing], raised: Sequence[Difference]) -> None:
    async with open_admin(settings) as admin:
        for topic in sorted({difference.topic for difference in raised}):
            new = {difference.what: str(difference.wanted) for difference in raised if difference.topic == topic}
            await _configure(admin, topic, {**there[topic].own, **new})


async def _configure(admin: AIOKafkaAdminClient, topic: str, configs: dict[str, str]) -> None:
    """Set all of a topic's own configurations: what is left out goes back to the broker's."""
    [answer] = await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])
    [(code, message, *_)] = answer.resources
    if code:
        raise for_code(code)(message)
