"""The owner is asked to sign what a contractor has filled in, and asked anew at a corrected address."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eservice_intake.applications.signatures import Signature
from eservice_intake.cases.models import Case
from shared.clock import now
from shared.contacts import Contact
from shared.events import SignatureRequested

from .cases import secret_of
from .files import send_file
from .signatures import HEAT_PUMP, OWNER, cases_of, events_of, fill_in, requests, rows_of, sent_in

pytestmark = pytest.mark.usefixtures("contractor")


async def test_what_a_contractor_fills_in_is_not_received_but_its_owner_asked(client, published, database):
    receipt = await fill_in(client)

    [event] = await events_of(published, receipt)
    assert (receipt["status"], receipt["received_at"]) == ("awaiting_signature", None)
    assert isinstance(event, SignatureRequested)
    assert event.lapses_on >= (now() + timedelta(days=29)).date()
    assert await cases_of(database, receipt) == []


async def test_what_an_owner_fills_in_is_received_at_once(client):
    owner = {name: answer for name, answer in HEAT_PUMP.items() if not name.startswith("signer")}
    answers = {**owner, "filled_by": "owner", "site_plan": await send_file(client)}

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


async def test_a_wrong_address_is_corrected_and_the_old_link_does_not_work(client, link, published, database):
    receipt = await fill_in(client, signer_email="agrae@exempel.se")
    old_address, old_secret = await link(receipt)
    [old] = await requests(published, receipt)

    corrected = await client.post(
        f"/applications/{receipt['reference']}/signer",
        json={"name": "Karin Ek", "email": OWNER},
        headers=secret_of(receipt),
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
    await client.post(f"/applications/{receipt['reference']}/signer", json=signer, headers=secret_of(receipt))

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
    late = await client.post(place, json=signer, headers=secret_of(receipt))

    assert (stranger.status_code, stranger.json()["code"]) == (404, "UnknownApplication")
    assert (late.status_code, late.json()["code"]) == (409, "NotAwaited")


async def test_one_address_cannot_be_bombed_with_requests_to_sign(client, one_mail_an_hour):
    receipt = await fill_in(client)
    signer = {"name": "Karin Ek", "email": OWNER}

    corrected = await client.post(
        f"/applications/{receipt['reference']}/signer", json=signer, headers=secret_of(receipt)
    )
    other = await sent_in(client, applicant_email="annan@exempel.se")

    assert (corrected.status_code, other.status_code) == (429, 429)


async def test_a_draft_that_a_contractor_sends_in_awaits_a_signature_too(client):
    answers = {**HEAT_PUMP, "site_plan": await send_file(client)}
    begun = (await client.post("/drafts", json={"eservice": "varmepump", "answers": answers})).json()

    sent = await client.post(f"/drafts/{begun['id']}/submission", headers=secret_of(begun))

    assert (sent.status_code, sent.json()["status"]) == (201, "awaiting_signature")
