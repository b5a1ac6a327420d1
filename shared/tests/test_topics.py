from datetime import timedelta

import pytest

from bus.kafka import LARGEST_RECORD, wanted_topics
from shared.settings import Settings


@pytest.fixture
def configs() -> dict[str, dict[str, str]]:
    """The topics of one publisher and one group, each with its own configuration."""
    settings = Settings(service="tests", topic_retention_hours=100, dead_letter_retention_days=50)
    return {topic.name: topic.topic_configs for topic in wanted_topics(settings, ["readers"], ["housing.events"])}


def kept(config: dict[str, str]) -> timedelta:
    return timedelta(milliseconds=int(config["retention.ms"]))


def test_events_and_dead_letters_are_kept_as_long_as_the_settings_say(configs):
    assert {name: kept(config) for name, config in configs.items()} == {
        "housing.events": timedelta(hours=100),
        "readers.replay": timedelta(hours=100),
        "readers.dead-letter": timedelta(days=50),
    }


def test_dead_letters_are_kept_for_90_days_unless_the_settings_say_otherwise():
    topics = {topic.name: topic for topic in wanted_topics(Settings(service="tests"), ["readers"], [])}

    assert kept(topics["readers.dead-letter"].topic_configs) == timedelta(days=90)


def test_every_topic_takes_the_largest_record_with_its_origin(configs):
    assert all(int(config["max.message.bytes"]) > LARGEST_RECORD for config in configs.values())
