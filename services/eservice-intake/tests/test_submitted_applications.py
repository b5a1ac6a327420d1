"""What the others are told of an application that was sent in."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

from eservice_intake.applications import receiving
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from shared.clock import day_in_sweden
from shared.events import ApplicationSubmitted

from .applications import application, events_about
from .cases import ANONYMOUS, COMPLAINT


async def test_submitting_tells_the_others(client, published):
    response = await client.post("/applications", json=application(COMPLAINT, language="en"))

    [event] = await events_about(published, response)
    assert isinstance(event, ApplicationSubmitted)
    assert event.application_id == UUID(response.json()["id"])
    assert event.reference == response.json()["reference"]
    assert event.title == {
        "sv": "Klagomål – olägenhet för människors hälsa eller miljön",
        "en": "Complaint about a nuisance to human health or the environment",
    }
    assert (event.kind, event.unit, event.urgent, event.language) == ("klagomal", "halsoskydd", False, "en")
    for secret in ("Storgatan", "anna@exempel.se", "Fläkten"):
        assert secret not in event.model_dump_json()


async def test_the_others_are_told_by_when_it_is_to_be_answered(client, published):
    response = await client.post("/applications", json=application(COMPLAINT))

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


async def test_the_mailer_is_told_of_the_address_and_the_diary_number(client, internal_client, staff, published):
    response = await client.post("/applications", json=application(COMPLAINT, language="en"))
    [event] = await events_about(published, response)
    applicant, case_id, secret = str(event.applicant_contact_id), response.json()["id"], response.json()["secret"]

    found = await internal_client.post(
        "/contacts/lookup", json={"contacts": [applicant], "texts": [case_id]}, headers=staff("contact-reader")
    )

    path = f"/applications/{response.json()['reference']}"
    status = await client.get(path, headers={"X-Application-Secret": secret})

    assert found.json() == {
        "service": "eservice-intake",
        "contacts": {applicant: {"email": "anna@exempel.se", "language": "en"}},
        "texts": {case_id: {"diary_number": status.json()["progress"]["diary_number"]}},
    }


async def test_an_anonymous_complaint_has_no_contact(client, published):
    response = await client.post("/applications", json=application(ANONYMOUS))

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


async def test_nobody_is_said_to_be_identified_who_is_not(client, database, published):
    response = await client.post("/applications", json=application(COMPLAINT))
    [event] = await events_about(published, response)
    receipt = response.json()
    secret = {"X-Application-Secret": receipt["secret"]}
    status = (await client.get(f"/applications/{receipt['reference']}", headers=secret)).json()

    async with database.reading() as session:
        saved = await session.get(Case, UUID(receipt["id"]))

    assert [receipt["identified"], status["identified"]] == [False] * 2
    assert (event.identified, saved.identified) == (False, False)
