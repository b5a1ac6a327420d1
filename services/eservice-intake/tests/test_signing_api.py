"""The owner reads what a contractor has filled in, and signs it by the link in a mail."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.applications.signatures import Signature
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.attachments.refusals import tell_senders
from eservice_intake.identities.models import CasePerson
from shared.events import ApplicationSigned, ApplicationSubmitted, AttachmentRefused

from .cases import secret_of
from .files import PDF, send_file
from .signatures import cases_of, events_of, fill_in, rows_of, sent_in

pytestmark = pytest.mark.usefixtures("contractor")


async def people_of(database, receipt):
    async with database.reading() as reading:
        return list(await reading.exec(select(CasePerson).where(CasePerson.case_id == UUID(receipt["id"]))))


async def test_the_owner_reads_all_of_it(client, link):
    sent = await send_file(client, name="plan.pdf")
    address, secret = await link(await fill_in(client, site_plan=sent))

    shown = (await client.get(address, headers={**secret, "Accept-Language": "en"})).json()

    answers = {answer["label"]: answer["answer"] for section in shown["answers"] for answer in section["answers"]}
    assert shown["title"] == "Heat pump (rock, soil, lake or groundwater): notification or permit application"
    assert answers["Manufacturer"] == "Nibe"
    assert answers["Site plan"] == "plan.pdf"
    assert answers["Name of the applicant, who signs"] == "Karin Ek"


async def test_the_owner_opens_its_files_before_signing(client, link):
    sent = await send_file(client, name="plan.pdf")
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
    before = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))
    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    owner = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(signed))
    contractor = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))
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

    for headers in ({}, secret_of(receipt)):
        answers = [
            await client.get(address, headers=headers),
            await client.post(f"{address}/signature", headers=headers),
            await client.post(f"{address}/refusal", json={"reason": "Nej"}, headers=headers),
        ]

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "UnknownSignature")}


async def test_the_files_are_the_cases_once_it_is_signed_and_nobody_elses_before(client, link, database):
    sent = await send_file(client, name="plan.pdf")
    receipt = await fill_in(client, site_plan=sent)
    other = await sent_in(client, site_plan=sent)
    address, secret = await link(receipt)

    signed = (await client.post(f"{address}/signature", headers=secret)).json()

    assert [one["code"] for one in other.json()["violations"]] == ["attachment_used"]
    uses = await rows_of(database, sa.select(AttachmentUse.case_id).where(AttachmentUse.attachment_id == UUID(sent)))
    assert uses == [UUID(signed["id"])]


async def test_of_a_file_with_malware_the_owner_is_told_once_it_is_a_case(client, link, published, database):
    sent = UUID(await send_file(client, PDF + uuid4().bytes))
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
