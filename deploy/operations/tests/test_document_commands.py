"""Commands that write the documents of APIs and events."""

import json

from housing.app import api as housing
from shared.events import EVENT_CLASSES
from testkit.commands import kommunbuss


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
