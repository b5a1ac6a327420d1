import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from eservice_intake.applications import receiving
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from shared.clock import day_in_sweden
from shared.events import ApplicationSubmitted

PDF = b"%PDF-1.7 a small one"
COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 1, Östersund",
    "description": "Fläkten på taket låter hela natten.",
    "frequency": "ofta",
    "contacted_responsible": False,
    "anonymous": True,
}
SIGNED = {**COMPLAINT, "anonymous": False, "complainant_email": "anna@exempel.se"}


def application(answers, eservice="klagomal-olagenhet", language="sv"):
    return {"eservice": eservice, "language": language, "answers": answers}


async def send_file(client):
    response = await client.post("/attachments", files={"file": ("bild.pdf", PDF, "application/pdf")})
    return response.json()["id"]


async def events_about(published, response):
    about = UUID(response.json()["id"])
    return [event for event in await published.fetch() if event.application_id == about]


async def test_the_receipt_says_what_was_received(client):
    response = await client.post("/applications", json=application(SIGNED))

    receipt = response.json()
    assert response.status_code == 201
    assert set(receipt) == {
        "id",
        "reference",
        "secret",
        "eservice",
        "kind",
        "unit",
        "status",
        "identified",
        "received_at",
    }
    assert re.fullmatch("[A-HJ-NPR-Y2-9]{4}-[A-HJ-NPR-Y2-9]{4}", receipt["reference"])
    assert (receipt["kind"], receipt["unit"], receipt["status"]) == ("klagomal", "halsoskydd", "received")


async def test_submitting_tells_the_others(client, published):
    response = await client.post("/applications", json=application(SIGNED, language="en"))

    [event] = await events_about(published, response)
    assert isinstance(event, ApplicationSubmitted)
    assert event.application_id == UUID(response.json()["id"])
    assert event.reference == response.json()["reference"]
    assert event.title == {
        "sv": "Klagomål – olägenhet för hälsa eller miljö",
        "en": "Complaint about nuisance to health or environment",
    }
    assert (event.kind, event.unit, event.urgent, event.language) == ("klagomal", "halsoskydd", False, "en")
    for secret in ("Storgatan", "anna@exempel.se", "Fläkten"):
        assert secret not in event.model_dump_json()


async def test_the_others_are_told_by_when_it_is_to_be_answered(client, published):
    response = await client.post("/applications", json=application(SIGNED))

    [event] = await events_about(published, response)
    assert event.due_on > day_in_sweden(event.occurred_at)
    assert event.earliest_start_on is None


def test_the_others_are_told_when_work_may_begin():
    eservice = catalogue().find("hygienisk-verksamhet")
    case = {"kind": eservice.kind, "unit": "halsoskydd", "language": "sv", "decision_due_on": date(2026, 4, 15)}
    sender = {"applicant_contact_id": None, "identified": False, "address_proved": False}
    row = SimpleNamespace(
        id=uuid4(), reference="K7M4-P2XR", received_at=datetime(2026, 3, 4, tzinfo=UTC), **case, **sender
    )

    assert receiving.submitted(row, eservice).earliest_start_on == date(2026, 4, 15)


async def test_the_mailer_is_told_where_the_receipt_goes(client, internal_client, staff, published):
    response = await client.post("/applications", json=application(SIGNED, language="en"))
    [event] = await events_about(published, response)
    applicant = str(event.applicant_contact_id)

    found = await internal_client.post(
        "/contacts/lookup", json={"contacts": [applicant]}, headers=staff("contact-reader")
    )

    assert found.json() == {
        "service": "eservice-intake",
        "contacts": {applicant: {"email": "anna@exempel.se", "language": "en"}},
        "texts": {},
    }


async def test_an_anonymous_complaint_has_no_contact(client, published):
    response = await client.post("/applications", json=application(COMPLAINT))

    [event] = await events_about(published, response)
    assert response.status_code == 201
    assert event.applicant_contact_id is None


async def test_an_urgent_matter_is_marked(client, published):
    answers = {
        "eaten_at": "Älgen",
        "eaten_when": "2026-01-01T12:00:00+01:00",
        "suspected_food": "Sallad",
        "people_ate": 1,
        "people_ill": 1,
        "ill_when": "2026-01-02T12:00:00+01:00",
        "symptoms": ["feber"],
        "sought_care": False,
        "anonymous": True,
    }

    response = await client.post("/applications", json=application(answers, "matforgiftning"))

    assert response.status_code == 201, response.text
    [event] = await events_about(published, response)
    assert event.urgent


async def test_the_unit_follows_the_answers(client):
    response = await client.post("/applications", json=application({**COMPLAINT, "nuisance": "oljespill"}))

    assert response.json()["unit"] == "miljoskydd"


async def test_everything_wrong_is_answered_at_once_in_the_callers_language(client, published):
    answers = {**COMPLAINT, "nuisance": "spöken", "complainant_email": "anna@exempel.se", "description": "kort"}
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
    receipt = (await client.post("/applications", json=application(COMPLAINT))).json()

    for reference in (receipt["reference"], receipt["reference"].lower(), receipt["reference"].replace("-", " ")):
        response = await client.get(f"/applications/{reference}", headers={"X-Application-Secret": receipt["secret"]})

        assert response.status_code == 200
        assert (response.json()["reference"], response.json()["status"]) == (receipt["reference"], "received")


async def test_without_the_secret_an_application_is_not_found(client):
    receipt = (await client.post("/applications", json=application(COMPLAINT))).json()
    unknown = await client.get("/applications/AAAA-AAAA")

    for headers in ({}, {"X-Application-Secret": ""}, {"X-Application-Secret": "wrong"}):
        response = await client.get(f"/applications/{receipt['reference']}", headers=headers)

        assert response.status_code == 404
        assert response.json() == unknown.json()


async def test_nobody_is_said_to_be_identified_who_is_not(client, database, published):
    response = await client.post("/applications", json=application(SIGNED))
    [event] = await events_about(published, response)
    receipt = response.json()
    secret = {"X-Application-Secret": receipt["secret"]}
    status = (await client.get(f"/applications/{receipt['reference']}", headers=secret)).json()

    async with database.reading() as session:
        saved = await session.get(Case, UUID(receipt["id"]))

    assert [receipt["identified"], status["identified"]] == [False] * 2
    assert (event.identified, saved.identified) == (False, False)


async def test_a_wrong_secret_is_a_security_event(client, caplog):
    await client.get("/applications/AAAA-AAAA", headers={"X-Application-Secret": "wrong"})

    [line] = [record.msg for record in caplog.records if "refused" in str(record.msg)]
    assert (line["status"], line["code"], line["route"]) == (404, "UnknownApplication", "/applications/{reference}")
    assert "AAAA" not in str(line)


async def test_the_secret_is_stored_as_a_hash(client, database):
    receipt = (await client.post("/applications", json=application(COMPLAINT))).json()

    async with database.reading() as reading:
        saved = await reading.get(Case, UUID(receipt["id"]))
    assert saved.answers == COMPLAINT
    assert receipt["secret"] not in saved.model_dump_json()


async def test_a_reference_that_is_taken_is_drawn_again(client, monkeypatch):
    first = (await client.post("/applications", json=application(COMPLAINT))).json()
    drawn = iter([first["reference"], "KKKK-KKKK"])
    monkeypatch.setattr(receiving, "new_reference", lambda: next(drawn))

    second = await client.post("/applications", json=application(COMPLAINT))

    assert second.json()["reference"] == "KKKK-KKKK"


async def test_an_application_takes_its_attachments(client, database):
    sent = [await send_file(client), await send_file(client)]

    response = await client.post("/applications", json=application({**COMPLAINT, "diary": sent}))

    async with database.reading() as reading:
        taken = await reading.exec(
            select(AttachmentUse.attachment_id).where(col(AttachmentUse.case_id) == UUID(response.json()["id"]))
        )
    assert response.status_code == 201
    assert {str(attachment_id) for attachment_id in taken} == set(sent)


async def test_an_attachment_is_used_once(client):
    sent = await send_file(client)
    await client.post("/applications", json=application({**COMPLAINT, "diary": [sent]}))

    response = await client.post("/applications", json=application({**COMPLAINT, "diary": [sent]}))

    assert response.status_code == 422
    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [("diary.0", "attachment_used")]


async def test_an_unknown_attachment_is_named_beside_the_other_violations(client):
    answers = {**COMPLAINT, "frequency": "aldrig", "diary": [str(uuid4()), "x"]}

    response = await client.post("/applications", json=application(answers))

    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [
        ("frequency", "option"),
        ("diary.1", "format"),
        ("diary.0", "unknown_attachment"),
    ]


async def test_a_refused_application_leaves_its_attachments_unused(client):
    sent = await send_file(client)
    await client.post("/applications", json=application({**COMPLAINT, "diary": [sent], "frequency": "aldrig"}))

    response = await client.post("/applications", json=application({**COMPLAINT, "diary": [sent]}))

    assert response.status_code == 201


async def test_of_two_applications_at_once_one_gets_the_attachment(committing_client):
    sent = await send_file(committing_client)
    body = application({**COMPLAINT, "diary": [sent]})

    responses = await asyncio.gather(*(committing_client.post("/applications", json=body) for _ in range(4)))

    assert sorted(response.status_code for response in responses) == [201, 422, 422, 422]


async def test_a_retry_with_the_same_key_gets_the_first_receipt(client, published):
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post("/applications", json=application(SIGNED), headers=key)
    second = await client.post("/applications", json=application(SIGNED), headers=key)
    other = await client.post("/applications", json=application(COMPLAINT), headers=key)

    assert second.json() == first.json()
    assert other.status_code == 422
    assert len(await events_about(published, first)) == 1


async def test_a_retry_gets_the_first_receipt_though_its_attachment_is_used_by_now(client):
    key = {"Idempotency-Key": str(uuid4())}
    body = application({**COMPLAINT, "diary": [await send_file(client)]})

    first = await client.post("/applications", json=body, headers=key)
    second = await client.post("/applications", json=body, headers=key)

    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.fixture
def unseen(app: FastAPI) -> Iterator[None]:
    """Every request is in a process of its own, which does not see what the others have in progress."""

    class OtherProcess(set[str]):
        def __contains__(self, _: object) -> bool:
            return False

    kept, app.state.in_progress = app.state.in_progress, OtherProcess()
    yield
    app.state.in_progress = kept


async def test_one_key_sent_to_two_processes_at_once_makes_one_application(unseen, committing_client):
    key = {"Idempotency-Key": str(uuid4())}

    requests = (committing_client.post("/applications", json=application(COMPLAINT), headers=key) for _ in range(4))
    receipts = [response.json() for response in await asyncio.gather(*requests)]

    assert receipts == [receipts[0]] * 4


async def test_one_address_cannot_be_bombed(client, one_mail_an_hour):
    first = await client.post("/applications", json=application(SIGNED))
    second = await client.post("/applications", json=application(SIGNED))
    anonymous = await client.post("/applications", json=application(COMPLAINT))

    assert [first.status_code, second.status_code, anonymous.status_code] == [201, 429, 201]


async def test_what_the_document_has_as_an_example_is_accepted(client, example):
    response = await client.post("/applications", json=example("/applications"))

    assert response.status_code == 201
