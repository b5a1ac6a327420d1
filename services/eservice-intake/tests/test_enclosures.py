"""What a mail about a case encloses, as notifications asks for it."""

import base64
from uuid import UUID

import pytest
from sqlmodel import select
from uuid_utils.compat import uuid7

from eservice_intake.cases.models import Case
from shared.tables import AuditEntry

from .cases import received, take

CONTENT = {"outcome": "no_action", "reasons": "Bullret är lågt.", "legal_basis": ["26 kap. 9 § miljöbalken"]}


@pytest.fixture
def reader(staff):
    return staff("contact-reader", subject="notifications")


async def change(database, receipt, **values):
    async with database.transaction() as tx:
        case = await tx.get_one(Case, UUID(receipt["id"]))
        for name, value in values.items():
            setattr(case, name, value)


async def look_up(internal_client, reader, thing_id):
    answer = await internal_client.post("/enclosures/lookup", json={"id": str(thing_id)}, headers=reader)
    assert answer.status_code == 200, answer.text
    return answer.json()["enclosure"]


@pytest.mark.parametrize("proof", ["identified", "address_proved"])
async def test_the_copy_goes_with_the_receipt_to_a_known_sender(client, internal_client, database, reader, proof):
    receipt = await received(client)
    await change(database, receipt, **{proof: True})

    enclosure = await look_up(internal_client, reader, receipt["id"])

    assert (enclosure["name"], enclosure["media_type"]) == (f"{receipt['reference']}.pdf", "application/pdf")
    assert "Fläkten på taket låter hela natten." in enclosure["text"]
    assert base64.b64decode(enclosure["content"]).startswith(b"%PDF")


@pytest.mark.parametrize("values", [{"identified": False}, {"identified": True, "confidential": True}])
async def test_nothing_goes_to_an_unproven_address_or_from_a_confidential_case(
    client, internal_client, database, reader, values
):
    receipt = await received(client)
    await change(database, receipt, **values)

    assert await look_up(internal_client, reader, receipt["id"]) is None


@pytest.fixture
async def decided(client, database, staff, published):
    """Decides a case of a known sender, who asked for the decision by mail or did not, and gives what is told of it."""

    async def decide(by_mail):
        receipt = await received(client)
        await change(database, receipt, identified=True, answers={"decision_by_email": by_mail})
        caseworker = staff("caseworker", units=["halsoskydd"])
        await take(client, caseworker, receipt, "decisions", {"decision": CONTENT})
        return (await published.fetch())[-1]

    return decide


async def test_a_decision_goes_with_the_mail_about_it_to_who_asked_for_that(internal_client, reader, decided):
    event = await decided(by_mail=True)

    enclosure = await look_up(internal_client, reader, event.decision_id)

    assert event.encloses
    assert "Bullret är lågt." in enclosure["text"]
    assert enclosure["name"].endswith("_1.pdf")


async def test_a_decision_is_not_mailed_to_who_did_not_ask_for_that(internal_client, reader, decided):
    event = await decided(by_mail=False)

    assert not event.encloses
    assert await look_up(internal_client, reader, event.decision_id) is None


async def test_what_is_gone_is_none(internal_client, reader):
    assert await look_up(internal_client, reader, uuid7()) is None


@pytest.mark.usefixtures("typesetter_away")
async def test_when_the_file_cannot_be_made_the_text_is_told(client, internal_client, database, reader):
    receipt = await received(client)
    await change(database, receipt, identified=True)

    enclosure = await look_up(internal_client, reader, receipt["id"])

    assert (enclosure["content"], "Fläkten" in enclosure["text"]) == (None, True)


async def test_who_looks_up_is_audited_and_has_the_role(client, internal_client, database, reader, staff):
    receipt = await received(client)
    await look_up(internal_client, reader, receipt["id"])
    refused = await internal_client.post("/enclosures/lookup", json={"id": receipt["id"]}, headers=staff("caseworker"))

    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.action == "look up enclosure"))).all()
    assert [(entry.who, entry.details) for entry in entries] == [("notifications", {"id": receipt["id"]})]
    assert refused.status_code == 403
