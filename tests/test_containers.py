import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from docker.errors import APIError, ImageNotFound

from testkit import containers
from testkit.containers import started, wanted

ROOT = Path(__file__).parents[1]
BOTH = ["kafka", "postgres"]
KAFKA = {"KAFKA_BOOTSTRAP_SERVERS": "kafka:9092"}
DATABASE = {"DATABASE_URL": "postgresql://db/{service}"}


def engine() -> bool:
    return True


def no_engine() -> bool:
    return False


@pytest.mark.parametrize("stack", [{}, {"STACK": ""}, {"STACK": "containers"}])
@pytest.mark.parametrize(
    ("configured", "services"),
    [({}, BOTH), (KAFKA, ["postgres"]), (DATABASE, ["kafka"]), ({"DATABASE_URL": ""}, BOTH), (KAFKA | DATABASE, [])],
)
def test_an_engine_gives_what_no_variable_names(stack, configured, services):
    assert wanted(stack | configured, engine) == services


@pytest.mark.parametrize("configured", [{}, KAFKA, DATABASE, KAFKA | DATABASE])
def test_without_an_engine_or_if_told_so_nothing_is_a_container(configured):
    assert wanted(configured, no_engine) == []
    assert wanted({"STACK": "embedded"} | configured, engine) == []


def test_no_engine_is_asked_for_what_is_settled():
    engine_answers = Mock()

    wanted({"STACK": "embedded"}, engine_answers)
    wanted({"STACK": "containers"} | KAFKA | DATABASE, engine_answers)

    engine_answers.assert_not_called()


def test_containers_without_an_engine_are_refused_with_the_remedy():
    with pytest.raises(pytest.UsageError, match=r"engine, and none answers.*make test STACK=embedded"):
        wanted({"STACK": "containers"}, no_engine)


@pytest.mark.parametrize("configured", [{}, KAFKA | DATABASE])
def test_an_unknown_stack_is_refused_with_the_choices(configured):
    with pytest.raises(pytest.UsageError, match=r"STACK=podman is unknown.*STACK=containers or STACK=embedded"):
        wanted({"STACK": "podman"} | configured, engine)


def test_an_image_that_cannot_be_had_is_named_with_the_reason_and_the_remedy(monkeypatch):
    client = Mock()
    client.images.get.side_effect = ImageNotFound("no such image")
    client.images.pull.side_effect = APIError("500 Server Error", explanation="no such host")
    monkeypatch.setattr(containers, "DockerClient", Mock(return_value=Mock(client=client)))

    with pytest.raises(pytest.UsageError, match=r"image postgres:\d\S+ is not here.*no such host\n.*STACK=embedded"):
        started({"postgres": 5432}, ROOT).__enter__()


def test_a_container_of_kafka_is_configured_by_variables_that_name_nothing_of_this_machine():
    variables = containers.variables(ROOT / "deploy/kafka/server.properties")

    assert [name for name in variables if not re.fullmatch("[A-Z_]+", name)] == []
    assert [value for value in variables.values() if "FOLDER" in value or "jaas" in value] == []
