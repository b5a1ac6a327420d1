"""JSON is read as OpenAPI and JSON Schema say, in routes of their own transaction and in submissions."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import SQLModel

from shared.fields import Day, Integer, Number, Time, YesOrNo
from shared.settings import Settings
from testkit.consuming import house_listed
from web import Router, Submission, Transaction, create_api

router = Router()
FORM = '{"rooms": 3, "share": 0.5, "agreed": true, "day": "2026-05-01", "at": "2026-05-01T09:00:00+02:00"}'
PATHS = pytest.mark.parametrize("path", ["/things", "/submissions"])


class Form(SQLModel):
    model_config = {"extra": "forbid"}

    rooms: Integer
    share: Number
    agreed: YesOrNo
    day: Day
    at: Time


class Receipt(SQLModel):
    id: str
    rooms: int


@router.post("/things", status_code=201)
async def make(form: Form, tx: Transaction) -> Receipt:
    tx.publish(event := house_listed())
    return Receipt(id=str(event.house_id), rooms=form.rooms)


@router.post("/submissions", status_code=201, response_model=Receipt)
async def submit(form: Form, submission: Submission) -> Receipt:
    submission.publish(event := house_listed())
    return Receipt(id=str(event.house_id), rooms=form.rooms)


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = create_api(Settings(service="housing"), router, description="test")
    yield app
    await app.state.database.close()


async def send(client, path, body, **headers):
    return await client.post(path, content=body, headers={"Content-Type": "application/json", **headers})


@PATHS
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3", "3.0"),
        ("3", "30e-1"),
        ("0.5", "1"),
        ("0.5", "-0.0"),
        ('"rooms"', '"ro\\u006fms"'),
        ('+02:00"', 'Z"'),
        ("09:00:00", "09:00:00.5"),
    ],
)
async def test_json_is_read_as_json_schema_says(client, path, old, new):
    response = await send(client, path, FORM.replace(old, new))

    assert response.status_code == 201, response.text


@PATHS
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("3", '"3"', "int_type"),
        ("3", "true", "int_type"),
        ("3", "3.5", "int_type"),
        ("3", '"1_0"', "int_type"),
        ("3", "1e400", "int_type"),
        ("0.5", '"0.5"', "float_type"),
        ("0.5", "false", "float_type"),
        ("0.5", "1e400", "finite_number"),
        ("0.5", "NaN", "json_invalid"),
        ("0.5", "Infinity", "json_invalid"),
        ("true", '"true"', "bool_type"),
        ("true", '"on"', "bool_type"),
        ("true", "1", "bool_type"),
        ("true", "1.0", "bool_type"),
        ('"2026-05-01"', "1798243200", "date_type"),
        ('"2026-05-01"', '"1798243200"', "date_type"),
        ('"2026-05-01"', '"2026-05-01T00:00:00"', "date_type"),
        ('"2026-05-01"', '"2026-02-30"', "date_from_datetime_parsing"),
        ('"2026-05-01T09:00:00+02:00"', "1798243200", "datetime_type"),
        ('"2026-05-01T09:00:00+02:00"', '"1798243200"', "datetime_type"),
        ("T09:00:00+02:00", " 09:00:00+02:00", "datetime_type"),
        ("09:00:00+02:00", "09:00+02:00", "datetime_type"),
        ("09:00:00+02:00", "09:00:00", "timezone_aware"),
        ('{"rooms"', '{"rooms": 3, "rooms"', "duplicate_name"),
        ('{"rooms"', '{"share": {"a": 1, "a": 1}, "rooms"', "duplicate_name"),
        (FORM, "[" * 100_000, "json_invalid"),
        ("3", "9" * 5_000, "json_invalid"),
        ("2026-05-01T", "\xff", "json_invalid"),
    ],
)
async def test_what_is_not_the_json_of_a_schema_is_refused(client, path, old, new, code):
    response = await send(client, path, FORM.replace(old, new).encode("latin-1"))

    assert response.status_code == 422
    assert [violation["code"] for violation in response.json()["violations"]] == [code]


@PATHS
@pytest.mark.parametrize(
    "otherwise",
    [
        FORM.replace(" ", ""),
        FORM.replace(", ", ",\n  "),
        FORM.replace('"rooms"', '"r\\u006foms"'),
        FORM.replace("3", "3.0"),
        '{"at": "2026-05-01T09:00:00+02:00", ' + FORM[1:].rpartition(",")[0] + "}",
    ],
)
async def test_the_same_json_written_otherwise_is_the_same_request(client, published, path, otherwise):
    key = {"Idempotency-Key": uuid4().hex}
    first = await send(client, path, FORM, **key)

    again = await send(client, path, otherwise, **key)
    other = await send(client, path, FORM.replace("3", "4"), **key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")
    assert len(await published.fetch()) == 1


@PATHS
async def test_json_in_another_charset_is_refused(client, path):
    response = await send(client, path, FORM, **{"Content-Type": "application/json; charset=utf-16"})

    assert (response.status_code, response.json()["code"]) == (415, "NotUtf8")
