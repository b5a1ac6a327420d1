"""A contractor fills in an application, and the owner signs it by the link in a mail."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import select

from eservice_intake.applications.signatures import AWAITED, Signature, SignatureStatus
from eservice_intake.applications.signing import UNSIGNED
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.attachments.refusals import tell_senders
from eservice_intake.cases.models import Case
from eservice_intake.identities.models import CasePerson
from shared.clock import now
from shared.contacts import Contact
from shared.events import (
    ApplicationSigned,
    ApplicationSubmitted,
    AttachmentRefused,
    SignatureDeclined,
    SignatureLapsed,
    SignatureRequested,
)

PDF = b"%PDF-1.7 a small one"
OWNER, CONTRACTOR = "agare@exempel.se", "borrare@exempel.se"
HEAT_PUMP = {
    "applicant_name": "Karin Ek",
    "applicant_personnr": "198112189876",
    "applicant_email": CONTRACTOR,
    "applicant_phone": "070-174 06 05",
    "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "invoice_same_as_applicant": True,
    "filled_by": "contractor",
    "signer_name": "Karin Ek",
    "signer_email": OWNER,
    "heat_source": "sjo",
    "water_protection_area": False,
    "manufacturer": "Nibe",
    "model": "S1255",
    "power_output_kw": 12,
    "heat_transfer_fluid": "etanol",
    "collector_length_m": 300,
    "distance_boundary_m": 20,
    "declaration": True,
}


@pytest.fixture
def at(app: FastAPI):
    """Lets the API have another time: `at(days=3)` from now."""
    kept, began = app.state.clock, now()

    def change(**later):
        app.state.clock = lambda: began + timedelta(**later)
        return began + timedelta(**later)

    yield change
    app.state.clock = kept


@pytest.fixture(autouse=True)
def contractor(client, resident):
    """The contractor is signed in, as the e-service asks."""
    client.headers.update(resident(name="Bo Borrare"))


@pytest.fixture
def link(internal_client, staff, published):
    """What the mailer is told of the latest request to sign: the address, and the headers that open it."""

    async def looked_up(receipt):
        *_, requested = await requests(published, receipt)
        found = await internal_client.post(
            "/contacts/lookup",
            json={"contacts": [str(requested.signer_contact_id)], "texts": [str(requested.request_id)]},
            headers=staff("contact-reader"),
        )
        url = found.json()["texts"][str(requested.request_id)]["link"]
        address, _, secret = url.removeprefix("https://www.kommunbuss.example").partition("#")
        return address, {"X-Application-Secret": secret}

    return looked_up


async def send_plan(client):
    return (await client.post("/attachments", files={"file": ("plan.pdf", PDF)})).json()["id"]


async def sent_in(client, **answers):
    plan = answers.pop("site_plan", None) or await send_plan(client)
    form = {"eservice": "varmepump", "language": "sv", "answers": {**HEAT_PUMP, "site_plan": plan, **answers}}
    return await client.post("/applications", json=form)


async def fill_in(client, **answers):
    response = await sent_in(client, **answers)
    assert response.status_code == 201, response.text
    return response.json()


async def events_of(published, receipt):
    return [event for event in await published.fetch() if event.reference == receipt["reference"]]


async def requests(published, receipt):
    return [event for event in await events_of(published, receipt) if isinstance(event, SignatureRequested)]


def opened_by(receipt):
    return {"X-Application-Secret": receipt["secret"]}


async def rows_of(database, query):
    async with database.reading() as reading:
        return (await (await reading.connection()).execute(query)).scalars().all()


async def cases_of(database, receipt):
    return await rows_of(database, sa.select(Case.id).where(Case.reference == receipt["reference"]))


async def people_of(database, receipt):
    async with database.reading() as reading:
        return list(await reading.exec(select(CasePerson).where(CasePerson.case_id == UUID(receipt["id"]))))


async def left_of(database, receipt):
    columns = sa.select(Signature.status, Signature.answers, Signature.signer_contact_id)
    async with database.reading() as reading:
        query = columns.where(Signature.reference == receipt["reference"])
        return tuple((await (await reading.connection()).execute(query)).one())


async def do_what_is_due(database, receipt, at):
    """As the clock does."""
    [signature_id] = await rows_of(database, sa.select(Signature.id).where(Signature.reference == receipt["reference"]))
    async with database.transaction() as tx:
        return await UNSIGNED.do(tx, signature_id, at)


async def test_what_a_contractor_fills_in_is_not_received_but_its_owner_asked(client, published, database):
    receipt = await fill_in(client)

    [event] = await events_of(published, receipt)
    assert (receipt["status"], receipt["received_at"]) == ("awaiting_signature", None)
    assert isinstance(event, SignatureRequested)
    assert event.lapses_on >= (now() + timedelta(days=29)).date()
    assert await cases_of(database, receipt) == []


async def test_what_an_owner_fills_in_is_received_at_once(client):
    owner = {name: answer for name, answer in HEAT_PUMP.items() if not name.startswith("signer")}
    answers = {**owner, "filled_by": "owner", "site_plan": await send_plan(client)}

    response = await client.post("/applications", json={"eservice": "varmepump", "answers": answers})

    assert response.json()["status"] == "received"


async def test_the_contact_of_who_shall_sign_is_the_address_that_was_named(internal_client, client, staff, published):
    [event] = await requests(published, await fill_in(client))
    signer = str(event.signer_contact_id)

    found = await internal_client.post("/contacts/lookup", json={"contacts": [signer]}, headers=staff("contact-reader"))

    assert found.json()["contacts"][signer]["email"] == OWNER


async def test_the_secret_of_the_link_is_in_the_mail_alone(client, link, published, database):
    receipt = await fill_in(client)

    _, secret = await link(receipt)

    [saved] = await rows_of(
        database, sa.select(Signature.link_hashes).where(Signature.reference == receipt["reference"])
    )
    assert secret["X-Application-Secret"] not in str(saved)
    for event in await events_of(published, receipt):
        assert secret["X-Application-Secret"] not in event.model_dump_json()


async def test_a_mail_that_is_sent_again_has_a_link_that_works_beside_the_first(client, link):
    receipt = await fill_in(client)
    first, again = await link(receipt), await link(receipt)

    for address, secret in (again, first):
        response = await client.get(address, headers=secret)

        assert response.status_code == 200


async def test_the_owner_reads_all_of_it(client, link):
    sent = await send_plan(client)
    address, secret = await link(await fill_in(client, site_plan=sent))

    shown = (await client.get(address, headers={**secret, "Accept-Language": "en"})).json()

    answers = {answer["label"]: answer["answer"] for section in shown["answers"] for answer in section["answers"]}
    assert shown["title"] == "Ground, soil or lake heat pump – notification or permit"
    assert answers["Manufacturer"] == "Nibe"
    assert answers["Site plan"] == "plan.pdf"
    assert answers["Applicant (signer) name"] == "Karin Ek"


async def test_the_owner_opens_its_files_before_signing(client, link):
    sent = await send_plan(client)
    address, secret = await link(await fill_in(client, site_plan=sent))

    [file] = (await client.get(address, headers=secret)).json()["attachments"]
    fetched = await client.get(f"{address}/attachments/{file['id']}", headers=secret)
    stranger = await client.get(f"{address}/attachments/{file['id']}")

    assert (file["id"], file["filename"], fetched.content) == (sent, "plan.pdf", PDF)
    assert stranger.status_code == 404


async def test_signing_receives_the_case(client, link, published, database, at):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    signed_at = at(days=3)

    response = await client.post(f"{address}/signature", headers=secret)

    signed = response.json()
    assert (response.status_code, signed["status"], signed["reference"]) == (201, "received", receipt["reference"])
    assert response.headers["Location"] == f"/applications/{receipt['reference']}"
    assert signed["received_at"] == signed_at.isoformat().replace("+00:00", "Z")
    [case] = await cases_of(database, receipt)
    assert str(case) == signed["id"]
    _, submitted, told = await events_of(published, receipt)
    assert isinstance(submitted, ApplicationSubmitted)
    assert isinstance(told, ApplicationSigned)


async def test_the_owner_is_the_applicant_and_the_contractor_is_told(client, link, published):
    receipt = await fill_in(client)
    address, secret = await link(receipt)

    await client.post(f"{address}/signature", headers=secret)

    requested, submitted, told = await events_of(published, receipt)
    assert submitted.applicant_contact_id == requested.signer_contact_id
    assert submitted.encloses
    assert told.sender_contact_id == requested.sender_contact_id != requested.signer_contact_id


async def test_the_owners_secret_opens_the_case_and_the_contractors_how_far_it_has_come(client, link):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    before = await client.get(f"/applications/{receipt['reference']}", headers=opened_by(receipt))
    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    owner = await client.get(f"/applications/{receipt['reference']}", headers=opened_by(signed))
    contractor = await client.get(f"/applications/{receipt['reference']}", headers=opened_by(receipt))
    link_holder = await client.get(f"/applications/{receipt['reference']}", headers=secret)

    assert (before.json()["status"], before.json()["signature"]["status"]) == ("awaiting_signature",) * 2
    assert (owner.json()["status"], owner.json()["signature"]) == ("received", None)
    assert (contractor.json()["status"], contractor.json()["signature"]["status"]) == ("received", "signed")
    assert link_holder.status_code == 404


async def test_the_case_is_the_owners_and_says_who_signed_in_to_fill_it_in(client, link, database):
    receipt = await fill_in(client)
    address, secret = await link(receipt)

    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    mine = (await client.get("/my/cases")).json()["items"]
    [person] = await people_of(database, signed)
    assert (receipt["identified"], signed["identified"]) == (True, False)
    assert receipt["reference"] not in [case["reference"] for case in mine]
    assert (person.signed_in, person.filled_in, person.name) == (False, True, "Bo Borrare")


async def test_identity_numbers_are_sealed_while_the_signature_is_awaited(client, link, database):
    receipt = await fill_in(client)
    waiting = sa.select(Signature).where(Signature.reference == receipt["reference"])
    async with database.reading() as reading:
        row = (await (await reading.connection()).execute(waiting)).one()
    address, secret = await link(receipt)

    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    assert "198112189876" not in str(row)
    people = await rows_of(database, sa.select(CasePerson.case_id).where(CasePerson.case_id == UUID(signed["id"])))
    assert people == [UUID(signed["id"])]


async def test_an_application_is_signed_once(client, link, database):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    await client.post(f"{address}/signature", headers=secret)

    again = await client.post(f"{address}/signature", headers={**secret, "Accept-Language": "en"})
    declined = await client.post(f"{address}/refusal", json={"reason": "Nej"}, headers=secret)

    assert (again.status_code, again.json()["code"]) == (409, "NotAwaited")
    assert again.json()["detail"] == "The application has been signed already."
    assert declined.status_code == 409
    assert len(await cases_of(database, receipt)) == 1


async def test_a_signature_is_given_once_with_its_key(client, link):
    address, secret = await link(await fill_in(client))
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"{address}/signature", headers={**secret, **key})
    second = await client.post(f"{address}/signature", headers={**secret, **key})

    assert second.json() == first.json()


async def test_without_the_secret_of_the_link_there_is_nothing_to_sign(client, link):
    receipt = await fill_in(client)
    address, _ = await link(receipt)

    for headers in ({}, opened_by(receipt)):
        answers = [
            await client.get(address, headers=headers),
            await client.post(f"{address}/signature", headers=headers),
            await client.post(f"{address}/refusal", json={"reason": "Nej"}, headers=headers),
        ]

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "UnknownSignature")}


async def test_the_files_are_the_cases_once_it_is_signed_and_nobody_elses_before(client, link, database):
    sent = await send_plan(client)
    receipt = await fill_in(client, site_plan=sent)
    other = await sent_in(client, site_plan=sent)
    address, secret = await link(receipt)

    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    assert [one["code"] for one in other.json()["violations"]] == ["attachment_used"]
    uses = await rows_of(database, sa.select(AttachmentUse.case_id).where(AttachmentUse.attachment_id == UUID(sent)))
    assert uses == [UUID(signed["id"])]


async def test_of_a_file_with_malware_the_owner_is_told_once_it_is_a_case(client, link, published, database):
    sent = UUID((await client.post("/attachments", files={"file": ("plan.pdf", PDF + uuid4().bytes)})).json()["id"])
    receipt = await fill_in(client, site_plan=str(sent))
    address, secret = await link(receipt)
    async with database.transaction() as tx:
        file = sa.select(Attachment.file_id).where(Attachment.id == sent).scalar_subquery()
        infected = sa.update(StoredFile).where(StoredFile.id == file).values(scan=Scan.INFECTED)
        await (await tx.connection()).execute(infected)

    before, _ = await tell_senders(database), await client.post(f"{address}/signature", headers=secret)
    after = await tell_senders(database)

    assert (before, after) == (0, 1)
    assert isinstance((await events_of(published, receipt))[-1], AttachmentRefused)


async def test_who_declines_is_not_asked_again_and_the_contractor_reads_why(client, link, published, database):
    sent = await send_plan(client)
    receipt = await fill_in(client, site_plan=sent)
    address, secret = await link(receipt)

    response = await client.post(f"{address}/refusal", json={"reason": "Fel hus."}, headers=secret)

    assert (response.status_code, response.json()["status"]) == (201, "declined")
    told = (await client.get(f"/applications/{receipt['reference']}", headers=opened_by(receipt))).json()
    assert (told["status"], told["signature"]["refusal"]) == ("declined", "Fel hus.")
    *_, event = await events_of(published, receipt)
    assert isinstance(event, SignatureDeclined)
    assert "Fel hus" not in event.model_dump_json()
    assert await left_of(database, receipt) == (SignatureStatus.DECLINED, {}, None)
    uses = await rows_of(database, sa.select(AttachmentUse.case_id).where(AttachmentUse.attachment_id == UUID(sent)))
    assert uses == []


async def test_a_wrong_address_is_corrected_and_the_old_link_does_not_work(client, link, published, database):
    receipt = await fill_in(client, signer_email="agrae@exempel.se")
    old_address, old_secret = await link(receipt)
    [old] = await requests(published, receipt)

    corrected = await client.post(
        f"/applications/{receipt['reference']}/signer",
        json={"name": "Karin Ek", "email": OWNER},
        headers=opened_by(receipt),
    )

    assert (corrected.status_code, corrected.json()["status"]) == (201, "awaiting_signature")
    assert (await client.post(f"{old_address}/signature", headers=old_secret)).status_code == 404
    assert await rows_of(database, sa.select(Contact.id).where(Contact.id == old.signer_contact_id)) == []
    address, secret = await link(receipt)
    assert (await client.post(f"{address}/signature", headers=secret)).status_code == 201
    [answers] = await rows_of(database, sa.select(Case.answers).where(Case.reference == receipt["reference"]))
    assert answers["signer_email"] == OWNER


async def test_a_mail_that_was_not_sent_before_the_correction_gets_no_link(client, internal_client, staff, published):
    receipt = await fill_in(client)
    [old] = await requests(published, receipt)
    signer = {"name": "Karin Ek", "email": OWNER}
    await client.post(f"/applications/{receipt['reference']}/signer", json=signer, headers=opened_by(receipt))

    found = await internal_client.post(
        "/contacts/lookup",
        json={"contacts": [str(old.signer_contact_id)], "texts": [str(old.request_id)]},
        headers=staff("contact-reader"),
    )

    assert (found.json()["contacts"], found.json()["texts"]) == ({}, {})


async def test_the_signer_is_corrected_by_the_contractor_alone_and_while_it_is_awaited(client, link):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    signer, place = {"name": "Karin Ek", "email": OWNER}, f"/applications/{receipt['reference']}/signer"

    stranger = await client.post(place, json=signer, headers=secret)
    await client.post(f"{address}/signature", headers=secret)
    late = await client.post(place, json=signer, headers=opened_by(receipt))

    assert (stranger.status_code, stranger.json()["code"]) == (404, "UnknownApplication")
    assert (late.status_code, late.json()["code"]) == (409, "NotAwaited")


async def test_one_address_cannot_be_bombed_with_requests_to_sign(client, one_mail_an_hour):
    receipt = await fill_in(client)
    signer = {"name": "Karin Ek", "email": OWNER}

    corrected = await client.post(
        f"/applications/{receipt['reference']}/signer", json=signer, headers=opened_by(receipt)
    )
    other = await sent_in(client, applicant_email="annan@exempel.se")

    assert (corrected.status_code, other.status_code) == (429, 429)


async def test_what_nobody_signs_lapses_after_30_days(client, link, published, database):
    receipt = await fill_in(client)
    address, secret = await link(receipt)

    too_early = await do_what_is_due(database, receipt, now() + AWAITED - timedelta(hours=1))
    lapsed = await do_what_is_due(database, receipt, now() + AWAITED)

    assert (too_early, lapsed) == (False, True)
    late = await client.post(f"{address}/signature", headers=secret)
    assert (late.status_code, late.json()["code"]) == (409, "NotAwaited")
    *_, event = await events_of(published, receipt)
    assert isinstance(event, SignatureLapsed)
    assert await left_of(database, receipt) == (SignatureStatus.LAPSED, {}, None)


async def test_what_ended_unsigned_is_deleted_30_days_later_with_whom_it_names(client, published, database):
    receipt = await fill_in(client)
    [requested] = await requests(published, receipt)
    lapsed_at = now() + AWAITED
    await do_what_is_due(database, receipt, lapsed_at)

    assert await do_what_is_due(database, receipt, lapsed_at + timedelta(days=30))

    people = [requested.signer_contact_id, requested.sender_contact_id]
    assert await rows_of(database, sa.select(Contact.id).where(Contact.id.in_(people))) == []
    assert await rows_of(database, sa.select(Signature.id).where(Signature.reference == receipt["reference"])) == []


async def test_a_draft_that_a_contractor_sends_in_awaits_a_signature_too(client):
    answers = {**HEAT_PUMP, "site_plan": await send_plan(client)}
    begun = (await client.post("/drafts", json={"eservice": "varmepump", "answers": answers})).json()

    sent = await client.post(f"/drafts/{begun['id']}/submission", headers=opened_by(begun))

    assert (sent.status_code, sent.json()["status"]) == (201, "awaiting_signature")
