"""No event can carry anything about a person: none of its fields has a type with room for it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, EmailStr, Field, HttpUrl, create_model

from eservice_intake.app import api as intake
from housing.app import api as housing
from notifications.app import api as notifications
from permit_guide.app import api as permit_guide
from recruitment.app import api as recruitment
from shared.events import EVENT_CLASSES, Code, ContactId, Event, Language, PublicText
from tests.kept_answers import KEPT

WRITTEN_BY_THE_MUNICIPALITY = {
    "ApplicationSubmitted.title": "the name of the e-service, from its file",
    "SignatureRequested.title": "the name of the e-service, from its file",
    "ApplicationSigned.title": "the name of the e-service, from its file",
    "SignatureDeclined.title": "the name of the e-service, from its file",
    "SignatureLapsed.title": "the name of the e-service, from its file",
    "EventAnnounced.title": "staff, when they announce the event",
    "EventRegistered.title": "staff, when they announce the event",
    "EventRegistered.place": "staff, when they announce the event",
    "RegistrationRepeated.title": "staff, when they announce the event",
    "RegistrationRepeated.place": "staff, when they announce the event",
    "RegistrationCancelled.title": "staff, when they announce the event",
    "RegistrationCancelled.place": "staff, when they announce the event",
    "SeatGiven.title": "staff, when they announce the event",
    "SeatGiven.place": "staff, when they announce the event",
}
ABOUT_PEOPLE = (
    "Anna Andersson",
    "Anna",
    "anna@example.se",
    "070-123 45 67",
    "0701234567",
    "+46701234567",
    "19811218-9876",
    "198112189876",
    "8112189876",
    "Storgatan 12",
    "831 30 Östersund",
    "Lockne-Byn 2:15",
    "https://example.se/anna",
    "Hej! Är huset kvar?",
)
LARGEST_NUMBER = 1_000_000
"""A larger one has room for a telephone or an identity number."""
REMEDY = (
    "may carry what somebody wrote. Leave it out and let readers look it up (shared.contacts), or give it a type that "
    "cannot: an id, an enum, a Literal, a bool, a date, an aware time, an int with limits, a Code, or a str with a "
    "pattern that no name, address or number fits. What the municipality wrote for everybody is a PublicText, and is "
    "listed in this test."
)


def roomy(schema: dict[str, Any], definitions: dict[str, Any], where: str) -> Iterator[str]:
    """The places in the schema where something about a person would fit."""
    parts = schema.get("anyOf", schema.get("oneOf", []))
    if "$ref" in schema:
        yield from roomy(definitions[schema["$ref"].rpartition("/")[2]], definitions, where)
    elif parts:
        for part in parts:
            yield from roomy(part, definitions, where)
    elif "properties" in schema:
        for name, field in schema["properties"].items():
            yield from roomy(field, definitions, f"{where}.{name}")
    elif schema.get("type") == "object":
        yield from roomy(schema.get("propertyNames", {}), definitions, f"{where} (its keys)")
        values = schema.get("additionalProperties")
        yield from roomy(values if isinstance(values, dict) else {}, definitions, where)
    elif schema.get("type") == "array":
        yield from roomy(schema.get("items", {}), definitions, where)
    elif not _is_tight(schema):
        yield where


def _is_tight(schema: dict[str, Any]) -> bool:
    if "const" in schema or "enum" in schema or "x-written-by" in schema:
        return True
    if schema.get("type") == "string":
        pattern = schema.get("pattern", "")
        is_pattern = bool(pattern) and not any(re.search(pattern, text) for text in ABOUT_PEOPLE)
        return is_pattern or schema.get("format") in ("uuid", "date", "date-time")
    if schema.get("type") == "integer":
        return schema.get("minimum", -1e99) >= -LARGEST_NUMBER and schema.get("maximum", 1e99) <= LARGEST_NUMBER
    return schema.get("type") in ("boolean", "null")


def objections_to(cls: type[BaseModel]) -> list[str]:
    schema = cls.model_json_schema()
    return [f"{where} {REMEDY}" for where in roomy(schema, schema.get("$defs", {}), cls.__name__)]


@pytest.mark.parametrize("cls", EVENT_CLASSES.values(), ids=lambda cls: cls.__name__)
def test_no_field_of_an_event_has_room_for_anything_about_a_person(cls: type[Event]):
    assert objections_to(cls) == []


@pytest.mark.parametrize("cls", EVENT_CLASSES.values(), ids=lambda cls: cls.__name__)
def test_who_wrote_a_public_text_is_known(cls: type[Event]):
    public = {
        f"{cls.__name__}.{name}"
        for name, field in cls.model_json_schema()["properties"].items()
        if "x-written-by" in str(field)
    }

    assert public == {name for name in WRITTEN_BY_THE_MUNICIPALITY if name.startswith(f"{cls.__name__}.")}


def kept_answers() -> Iterator[str]:
    """The places in them where something about a person would fit."""
    for app in (intake, housing, notifications, permit_guide, recruitment):
        document = app.openapi()
        posts = [item["post"] for item in document["paths"].values() if "IdempotencyKey" in str(item.get("post"))]
        for answer in [
            answer
            for post in posts
            for status, answer in post["responses"].items()
            if status < "300" and "content" in answer
        ]:
            schema = answer["content"]["application/json"]["schema"]
            yield from roomy(schema, document["components"]["schemas"], schema["$ref"].rpartition("/")[2])


def test_no_answer_that_is_kept_tells_what_somebody_told_us():
    assert set(kept_answers()) == KEPT.keys()


class Person(BaseModel):
    age: Annotated[int, Field(ge=0, le=120)]
    name: str


@pytest.mark.parametrize(
    "roomy_type",
    [
        str,
        str | None,
        list[str],
        dict[Language, str],
        dict[str, bool],
        dict[str, Any],
        Any,
        int,
        float,
        bytes,
        EmailStr,
        HttpUrl,
        Person,
        list[Person],
        Annotated[str, Field(max_length=200)],
        Annotated[str, Field(pattern=r"^[0-9]+$")],
        Annotated[str, Field(pattern=r"^\w+$")],
        Annotated[str, Field(pattern="[a-z]")],
        Annotated[int, Field(ge=0, lt=10_000_000_000)],
    ],
    ids=str,
)
def test_a_new_field_with_room_for_a_person_is_named_with_the_remedy(roomy_type: Any):
    class_ = create_model("HouseSold", __base__=Event, told=(roomy_type, ...), type=(Literal["x"], "x"))

    [objection, *_] = objections_to(class_)

    assert objection.startswith("HouseSold.told")
    assert "may carry what somebody wrote. Leave it out and let readers look it up" in objection


@pytest.mark.parametrize(
    "tight_type",
    [
        UUID,
        ContactId | None,
        bool,
        date,
        datetime,
        AwareDatetime,
        Language,
        Literal["sale", "rent"],
        Code,
        list[Code],
        dict[Language, PublicText],
        Annotated[int, Field(ge=1, le=10)],
    ],
    ids=str,
)
def test_a_new_field_without_room_is_taken(tight_type: Any):
    class_ = create_model("HouseSold", __base__=Event, told=(tight_type, ...), type=(Literal["x"], "x"))

    assert objections_to(class_) == []
