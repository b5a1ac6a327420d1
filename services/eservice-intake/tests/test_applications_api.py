"""An application is sent in: its receipt, what its secret opens, and what is refused."""

import re
from uuid import UUID

import pytest

from eservice_intake.applications import receiving
from eservice_intake.cases.models import Case

from .applications import application
from .cases import ANONYMOUS, COMPLAINT


async def test_the_receipt_says_what_was_received(client):
    response = await client.post("/applications", json=application(COMPLAINT))

    receipt = response.json()
    assert response.status_code == 201
    assert set(receipt) == {
        "id",
        "reference",
        "secret",
        "service_notice",
        "register_notices",
        "eservice",
        "kind",
        "unit",
        "status",
        "identified",
        "received_at",
    }
    assert re.fullmatch("[A-HJ-NPR-Y2-9]{4}-[A-HJ-NPR-Y2-9]{4}", receipt["reference"])
    assert (receipt["kind"], receipt["unit"], receipt["status"]) == ("klagomal", "halsoskydd", "received")


async def test_the_unit_follows_the_answers(client):
    response = await client.post("/applications", json=application({**ANONYMOUS, "nuisance": "oljespill"}))

    assert response.json()["unit"] == "miljoskydd"


async def test_everything_wrong_is_answered_at_once_in_the_callers_language(client, published):
    answers = {**ANONYMOUS, "nuisance": "spöken", "complainant_email": "anna@exempel.se", "description": "kort"}
    before = list(await published.fetch())

    response = await client.post("/applications", json=application(answers), headers={"Accept-Language": "en"})

    assert response.status_code == 422
    assert [(violation["field"], violation["code"]) for violation in response.json()["violations"]] == [
        ("nuisance", "option"),
        ("description", "min_length"),
        ("complainant_email", "hidden"),
    ]
    assert response.json()["violations"][1]["message"] == "Write at least 20 characters."
    assert await published.fetch() == before


async def test_an_unknown_eservice_is_a_violation(client):
    response = await client.post("/applications", json=application({}, "x"))

    assert response.status_code == 422
    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [("eservice", "unknown_eservice")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 422),
        (b"{", 422),
        (b'{"eservice": "klagomal-olagenhet", "answers": []}', 422),
        (b'{"eservice": "klagomal-olagenhet", "answers": {"x": 1e999, "\\ud800": NaN}}', 422),
        (b'{"eservice": "klagomal-olagenhet", "answers": {}, "status": "decided"}', 422),
        (b'{"eservice": "klagomal-olagenhet", "answers": ' + b"[" * 100_000 + b"}", 422),
    ],
)
async def test_malformed_input_is_refused(client, body, status):
    response = await client.post("/applications", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_the_receipt_opens_the_status(client):
    receipt = (await client.post("/applications", json=application(ANONYMOUS))).json()

    for reference in (receipt["reference"], receipt["reference"].lower(), receipt["reference"].replace("-", " ")):
        response = await client.get(f"/applications/{reference}", headers={"X-Application-Secret": receipt["secret"]})

        assert response.status_code == 200
        assert (response.json()["reference"], response.json()["status"]) == (receipt["reference"], "received")


async def test_without_the_secret_an_application_is_not_found(client):
    receipt = (await client.post("/applications", json=application(ANONYMOUS))).json()
    unknown = await client.get("/applications/AAAA-AAAA")

    for headers in ({}, {"X-Application-Secret": ""}, {"X-Application-Secret": "wrong"}):
        response = await client.get(f"/applications/{receipt['reference']}", headers=headers)

        assert response.status_code == 404
        assert response.json() == unknown.json()


async def test_a_wrong_secret_is_a_security_event(client, caplog):
    await client.get("/applications/AAAA-AAAA", headers={"X-Application-Secret": "wrong"})

    [line] = [record.msg for record in caplog.records if "refused" in str(record.msg)]
    assert (line["status"], line["code"], line["route"]) == (404, "UnknownApplication", "/applications/{reference}")
    assert "AAAA" not in str(line)


async def test_the_secret_is_stored_as_a_hash(client, database):
    receipt = (await client.post("/applications", json=application(ANONYMOUS))).json()

    async with database.reading() as reading:
        saved = await reading.get(Case, UUID(receipt["id"]))
    assert saved.answers == ANONYMOUS
    assert receipt["secret"] not in saved.model_dump_json()


async def test_a_reference_that_is_taken_is_drawn_again(client, monkeypatch):
    first = (await client.post("/applications", json=application(ANONYMOUS))).json()
    drawn = iter([first["reference"], "KKKK-KKKK"])
    monkeypatch.setattr(receiving, "new_reference", lambda: next(drawn))

    second = await client.post("/applications", json=application(ANONYMOUS))

    assert second.json()["reference"] == "KKKK-KKKK"


async def test_one_address_cannot_be_bombed(client, one_mail_an_hour):
    first = await client.post("/applications", json=application(COMPLAINT))
    second = await client.post("/applications", json=application(COMPLAINT))
    anonymous = await client.post("/applications", json=application(ANONYMOUS))

    assert [first.status_code, second.status_code, anonymous.status_code] == [201, 429, 201]


async def test_what_the_document_has_as_an_example_is_accepted(client, example):
    response = await client.post("/applications", json=example("/applications"))

    assert response.status_code == 201
