"""What is declined, or signed by nobody in time, is not received and not kept."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from eservice_intake.applications.signatures import AWAITED, Signature, SignatureStatus
from eservice_intake.applications.signing import UNSIGNED
from eservice_intake.attachments.models import AttachmentUse
from shared.clock import now
from shared.contacts import Contact
from shared.events import SignatureDeclined, SignatureLapsed

from .cases import secret_of
from .files import send_file
from .signatures import events_of, fill_in, requests, rows_of

pytestmark = pytest.mark.usefixtures("contractor")


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


async def test_who_declines_is_not_asked_again_and_the_contractor_reads_why(client, link, published, database):
    sent = await send_file(client)
    receipt = await fill_in(client, site_plan=sent)
    address, secret = await link(receipt)

    response = await client.post(f"{address}/refusal", json={"reason": "Fel hus."}, headers=secret)

    assert (response.status_code, response.json()["status"]) == (201, "declined")
    told = (await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))).json()
    assert (told["status"], told["signature"]["refusal"]) == ("declined", "Fel hus.")
    *_, event = await events_of(published, receipt)
    assert isinstance(event, SignatureDeclined)
    assert "Fel hus" not in event.model_dump_json()
    assert await left_of(database, receipt) == (SignatureStatus.DECLINED, {}, None)
    uses = await rows_of(database, sa.select(AttachmentUse.case_id).where(AttachmentUse.attachment_id == UUID(sent)))
    assert uses == []


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
