"""The OpenAPI documents: valid, complete, and with examples that are."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from jsonschema import ValidationError as JsonSchemaError
from openapi_spec_validator import validate
from pydantic import ValidationError

from eservice_intake.app import api as intake
from housing.app import api as housing
from notifications.app import api as notifications
from permit_guide.app import api as permit_guide
from recruitment.app import api as recruitment
from shared.contacts import MOST_IDS, LookUp
from testkit.contract import PROBLEM

DOCUMENTS: dict[str, dict[str, Any]] = {
    app.title: app.openapi()
    for app in (intake, housing, notifications, permit_guide, recruitment, housing.state.internal)
}
OPERATIONS = {
    f"{method.upper()} {path}": (document, operation)
    for document in DOCUMENTS.values()
    for path, item in document["paths"].items()
    for method, operation in item.items()
}
every_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))
every_operation = pytest.mark.parametrize(("document", "operation"), OPERATIONS.values(), ids=list(OPERATIONS))

WHOLE = {
    "GET /lookups",
    "GET /eservices",
    "GET /queues",
    "GET /eservice-intake/definitions",
    "GET /eservice-intake/definitions/{kind}/{name}",
    "GET /recruitment/definitions",
    "GET /recruitment/definitions/{kind}/{name}",
    "GET /permit-guide/definitions",
    "GET /permit-guide/definitions/{kind}/{name}",
    "GET /notifications/definitions",
    "GET /notifications/definitions/{kind}/{name}",
    "GET /eservice-intake/dead-letter-causes",
    "GET /notifications/dead-letter-causes",
    "GET /applications/{reference}/attachments",
    "GET /cases/{reference}/appeals",
    "GET /cases/{reference}/decisions",
}
"""Lists that are one page: of the few things of the municipality, or of a case, and of what can be wrong."""
BY_NUMBER = {"offset", "page", "page_number", "page_size", "per_page", "skip", "start"}


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is sent and what is answered, by media type."""
    for place in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from place.get("content", {}).items()


@every_document
def test_a_document_is_valid_and_says_whose_it_is(document):
    validate(document)

    assert document["info"]["license"]["identifier"] == "EUPL-1.2"
    assert document["info"]["description"].endswith(".")
    assert document["servers"]


@every_document
def test_names_of_operations_are_unique_and_sayable(document):
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z]+(_[a-z]+)+", name) for name in names)


@every_operation
def test_an_operation_is_described_in_words_and_stands_under_a_heading(document, operation):
    assert re.fullmatch(r"[A-Z][^.]{4,80}", operation["summary"])
    assert operation["description"].endswith(".")
    assert operation["tags"]


@every_operation
def test_who_may_call_is_said(document, operation):
    for scheme, roles in [one for requirement in operation["security"] for one in requirement.items()]:
        assert scheme in document["components"]["securitySchemes"]
        assert roles or scheme == "resident"
    assert ("401" in operation["responses"]) == bool(operation["security"])


@every_operation
def test_every_refusal_is_a_problem_with_its_codes(document, operation):
    refusals = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}

    assert {"422", "500", "503"} <= refusals.keys()
    for status, answer in refusals.items():
        (media_type, content), *_ = answer["content"].items()
        assert (media_type, content["schema"]) == (PROBLEM, {"$ref": "#/components/schemas/Problem"})
        assert {str(example["value"]["status"]) for example in content["examples"].values()} == {status}
        assert {example["value"]["code"] for example in content["examples"].values()} == set(content["examples"])


@every_operation
def test_every_example_is_valid(document, operation):
    for media_type, content in contents(operation):
        examples = [one["value"] for one in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        schema = {**content["schema"], "components": document["components"]}
        for example in examples:
            Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(example)
        assert examples or media_type == "multipart/form-data"


@every_operation
def test_a_post_takes_an_idempotency_key_and_every_operation_a_language(document, operation):
    names = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}

    assert "AcceptLanguage" in names
    assert ("IdempotencyKey" in names) == ("StillInProgress" in str(operation["responses"].get("409")))


def asked(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """What may be asked for: in the address and in the body."""
    bodies = [content["schema"] for _, content in contents({**operation, "responses": {}})]
    schemas = [document["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {}) for body in bodies]
    names = {parameter["name"] for parameter in operation["parameters"] if "name" in parameter}
    return names.union(*(schema.get("properties", {}) for schema in schemas))


def lists(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether the answer is a list, or a page of one."""
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    named = document["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], answer)
    return named.get("type") == "array" or {"items", "next"} <= named.get("properties", {}).keys()


def test_every_list_goes_on_by_key_and_none_by_number():
    found = {name: asked(*operation) for name, operation in OPERATIONS.items() if lists(*operation)}

    assert {name for name, names in found.items() if not {"after", "limit"} <= names} == WHOLE
    assert not [name for name, operation in OPERATIONS.items() if asked(*operation) & BY_NUMBER]


@every_document
def test_nothing_of_the_frameworks_own_errors_is_left(document):
    assert "HTTPValidationError" not in str(document)


def test_a_file_is_sent_as_bytes():
    body = intake.openapi()["components"]["schemas"]["Body_send_attachment"]

    assert body["properties"]["file"]["format"] == "binary"


def test_a_look_up_counts_ids_as_its_schema_does():
    asked = housing.state.internal.openapi()["components"]["schemas"]["LookUp"]["properties"]["contacts"]
    repeated = [str(UUID(int=1))] * MOST_IDS

    Draft202012Validator(asked).validate(repeated)
    LookUp(contacts=repeated)
    with pytest.raises(JsonSchemaError):
        Draft202012Validator(asked).validate([*repeated, repeated[0]])
    with pytest.raises(ValidationError):
        LookUp(contacts=[*repeated, repeated[0]])
