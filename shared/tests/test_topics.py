from datetime import timedelta

import pytest

from bus.kafka import LARGEST_RECORD, wanted_topics
from shared.settings import Settings


@pytest.fixture
def configs() -> dict[str, dict[str, str]]:
    """The topics of one publisher and one group, each with its own configuration."""
    settings = Settings(service="tests", topic_retention_hours=100)
    return {topic.name: topic.topic_configs for topic in wanted_topics(settings, ["readers"], ["housing.events"])}


def kept(config: dict[str, str]) -> timedelta:
    return timedelta(milliseconds=int(config["retention.ms"]))


def test_records_are_kept_as_long_as_the_settings_say(configs):
    assert {name: kept(config) for name, config in configs.items()} == {
        "housing.events": timedelta(hours=100),
        "readers.replay": timedelta(hours=100),
    }


def test_there_are_60_days_to_mend_what_was_set_aside_unless_the_settings_say_otherwise():
    assert Settings(service="tests").dead_letter_retention_days == 60


def test_every_topic_takes_the_largest_record_with_what_is_around_it(configs):
    assert all(int(config["max.message.bytes"]) > LARGEST_RECORD for config in configs.values())
