"""What permit-guide's look-ups answer, as its document shows it, is what eservice-intake and the portal read."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from eservice_intake.lookups import rules as intake
from permit_guide.app import api
from permit_guide.registers.models import RegisterKind
from portal.clients import registers as portal
from portal.clients.lists import Listed

Schema = dict[str, Any]
COMPANY, ADDRESSES = "/lookups/company/{number}", "/lookups/addresses"
PROPERTY, AREAS = "/lookups/property/{designation}", "/lookups/areas"
READ = [
    (COMPANY, intake.Company),
    (PROPERTY, intake.Property),
    (AREAS, intake.Areas),
    (COMPANY, portal.Company),
    (ADDRESSES, Listed[portal.Address]),
    (PROPERTY, portal.Property),
]


@pytest.fixture(scope="module")
def document() -> Schema:
    return api.openapi()


def resolved(document: Schema, schema: Schema) -> Schema:
    """What it points at, if it does."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def answered(document: Schema, path: str) -> Schema:
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return resolved(document, content["schema"])


def unlike(document: Schema, told: Schema, its: Schema, read: Schema, at: str) -> list[str]:
    """Where what is read may be missing, or may be something else than the reader takes."""
    told, read = resolved(document, told), resolved(its, read)
    wrong = []
    for name, wanted in read.get("properties", {}).items():
        if name not in told["properties"] or (name in read.get("required", ()) and name not in told["required"]):
            wrong.append(f"{at}.{name} may be missing")
        else:
            wrong += unlike(document, told["properties"][name], its, wanted, f"{at}.{name}")
    if "items" in read:
        wrong += unlike(document, told["items"], its, read["items"], f"{at}[]")
    return wrong or [f"{at} may be {kind}" for kind in kinds(document, told) - kinds(its, read)]


def kinds(document: Schema, schema: Schema) -> set[str]:
    """What a value may be: a day is another than a text."""
    options = [resolved(document, one) for one in schema.get("anyOf", [schema])]
    return {str(one.get("format", one.get("type"))) for one in options}


def test_every_look_up_answers_what_is_read_of_it(document: Schema):
    wrong = []
    for path, model in READ:
        its = TypeAdapter(model).json_schema(mode="validation")
        its = {**its, "components": {"schemas": its.get("$defs", {})}}
        wrong += unlike(document, answered(document, path), its, its, f"{path} for {model.__module__}")

    assert wrong == []


def test_the_kind_of_area_that_settles_a_matter_is_one_that_is_answered():
    assert intake.WATER_PROTECTION == RegisterKind.WATER_PROTECTION
