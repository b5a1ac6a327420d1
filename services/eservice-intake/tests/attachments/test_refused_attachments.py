"""Who is told of a file with malware, and when."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.refusals import tell_senders
from eservice_intake.attachments.scanner import scan_due
from shared.events import AttachmentRefused
from shared.tables import AuditEntry
from testkit.clamd import MALWARE

from ..cases import received, shown
from ..files import new_pdf, send_file

pytestmark = pytest.mark.usefixtures("no_other_files")


async def test_the_sender_is_told_once_of_malware_that_is_found_after_sending(client, database, scanning, published):
    attachment_id = UUID(await send_file(client, new_pdf(MALWARE)))
    receipt = await received(client, diary=[str(attachment_id)])
    await scan_due(database, scanning)

    told = [await tell_senders(database) for _ in range(2)]

    [event] = [event for event in await published.fetch() if isinstance(event, AttachmentRefused)]
    assert told == [1, 0]
    assert (str(event.application_id), event.attachment_id) == (receipt["id"], attachment_id)
    assert event.reason == "infected"
    assert "ritning" not in event.model_dump_json()


async def test_the_sender_is_told_also_of_a_file_that_was_scanned_as_it_was_sent_in(
    client, database, scanning, published
):
    attachment_id = UUID(await send_file(client, new_pdf(MALWARE)))
    await received(client, diary=[str(attachment_id)])
    async with database.transaction() as tx:
        [use] = await tx.exec(select(AttachmentUse).where(AttachmentUse.attachment_id == attachment_id))
        await tx.delete(use)

    await scan_due(database, scanning)
    nobody = await tell_senders(database)
    async with database.transaction() as tx:
        tx.add(AttachmentUse(**use.model_dump()))

    assert (nobody, await tell_senders(database)) == (0, 1)
    assert isinstance((await published.fetch())[-1], AttachmentRefused)


async def test_a_refusal_is_in_the_timeline_and_the_audit(client, database, scanning, staff):
    anna = staff("caseworker", units=["halsoskydd"])
    receipt = await received(client, diary=[await send_file(client, new_pdf(MALWARE))])
    await scan_due(database, scanning)

    await tell_senders(database)

    case = await shown(client, anna, receipt)
    [step] = case["timeline"]
    assert (step["step"], step["details"]) == ("refuse_attachment", {"question": "diary.0", "reason": "infected"})
    assert [file["scan"] for file in case["attachments"]] == ["infected"]
    async with database.reading() as session:
        actions = (await session.exec(select(AuditEntry.action).where(AuditEntry.who == "scanner"))).all()
    assert actions == ["refuse attachment"]


async def test_the_sender_of_a_case_that_has_ended_is_left_alone(client, database, scanning, staff, published):
    anna = staff("caseworker", units=["halsoskydd"])
    receipt = await received(client, diary=[await send_file(client, new_pdf(MALWARE))])
    await client.post(f"/cases/{receipt['reference']}/closure", headers={**anna, "If-Match": '"1"'})
    await scan_due(database, scanning)

    await tell_senders(database)

    assert not [event for event in await published.fetch() if isinstance(event, AttachmentRefused)]
    assert await tell_senders(database) == 0


async def test_the_sender_of_what_awaits_a_signature_is_told_when_it_is_a_case(client, database, scanning, published):
    attachment_id = UUID(await send_file(client, new_pdf(MALWARE)))
    receipt = await received(client)
    async with database.transaction() as tx:
        tx.add(AttachmentUse(attachment_id=attachment_id, case_id=uuid4(), question="drawing"))
    await scan_due(database, scanning)

    unsigned = await tell_senders(database)
    async with database.transaction() as tx:
        use = await tx.get_one(AttachmentUse, attachment_id)
        use.case_id = UUID(receipt["id"])
        tx.add(use)

    assert (unsigned, await tell_senders(database)) == (0, 1)
    assert isinstance((await published.fetch())[-1], AttachmentRefused)
