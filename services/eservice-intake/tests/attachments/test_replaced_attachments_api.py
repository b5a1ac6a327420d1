"""A file that cannot be opened is replaced by its sender."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan
from eservice_intake.attachments.purge import purge_bytes
from eservice_intake.cases.models import Case
from shared.events import AttachmentReplaced

from ..cases import received, secret_of, shown, take
from ..files import PDF, send_file
from .scans import a_case, found


async def replace(client, receipt, attachment_id, other, headers=None):
    path = f"/applications/{receipt['reference']}/attachments/{attachment_id}/replacement"
    return await client.post(
        path, json={"attachment": other}, headers=secret_of(receipt) if headers is None else headers
    )


@pytest.mark.parametrize("scan", [Scan.INFECTED, Scan.FAILED])
async def test_a_file_that_cannot_be_opened_is_replaced_by_its_sender(client, app, database, published, scanned, scan):
    receipt, refused = await a_case(client, database, scan)
    other = await send_file(client, PDF + b"made anew")

    response = await replace(client, receipt, refused, other)

    assert response.status_code == 200, response.text
    assert response.json()["id"] == other
    event = (await published.fetch())[-1]
    assert isinstance(event, AttachmentReplaced)
    assert (str(event.application_id), str(event.attachment_id)) == (receipt["id"], other)
    async with database.reading() as session:
        case = (await session.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        uses = (await session.exec(select(AttachmentUse).where(AttachmentUse.case_id == case.id))).all()
        assert await session.get(Attachment, UUID(refused)) is None
    assert case.answers["diary"] == [other]
    assert [(str(use.attachment_id), use.question) for use in uses] == [(other, "diary.0")]


async def test_the_bytes_of_what_was_replaced_are_deleted(client, app, database, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)
    async with database.reading() as session:
        file_id = (await session.get_one(Attachment, UUID(refused))).file_id
    await replace(client, receipt, refused, await send_file(client, PDF + b"made anew"))

    await purge_bytes(app.state.storage, database)

    assert not (settings.data_dir / "attachments" / str(file_id)).exists()


async def test_a_replacement_is_in_the_timeline(client, database, anna, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)

    await replace(client, receipt, refused, await send_file(client, PDF + b"made anew"))

    case = await shown(client, anna, receipt)
    assert [(step["step"], step["by_name"]) for step in case["timeline"]] == [("replace_attachment", "den sökande")]
    assert case["version"] == 2


@pytest.mark.parametrize("scan", [Scan.CLEAN, Scan.PENDING])
async def test_a_file_that_can_be_opened_stays(client, database, scanned, scan):
    receipt, attachment_id = await a_case(client, database, scan)

    response = await replace(client, receipt, attachment_id, await send_file(client, PDF + b"made anew"))

    assert (response.status_code, response.json()["code"]) == (409, "InOrder")


async def test_a_replacement_must_be_a_file_that_may_be_used(client, database, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)
    infected = await send_file(client, PDF + b"more of it")
    await found(database, infected, Scan.INFECTED)

    answers = [await replace(client, receipt, refused, other) for other in (str(uuid4()), refused, infected)]

    codes = [answer.json()["violations"][0]["code"] for answer in answers]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert codes == ["unknown_attachment", "attachment_used", "attachment_infected"]


async def test_a_replacement_leaves_the_files_of_a_case_within_their_limit(client, database, scanned, with_settings):
    large = PDF + bytes(2_300_000)
    first, refused = [await send_file(client, large + content) for content in (b"of one", b"of another")]
    receipt = await received(client, diary=[first, refused])
    await found(database, refused, Scan.INFECTED)
    with_settings(case_attachment_megabytes=4)

    response = await replace(client, receipt, refused, await send_file(client, large + b"made anew"))

    assert (response.status_code, response.json()["violations"][0]["code"]) == (422, "attachments_too_large")


async def test_only_who_has_the_secret_replaces_a_file(client, database, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)

    response = await replace(client, receipt, refused, await send_file(client, PDF), headers={})

    assert (response.status_code, response.json()["code"]) == (404, "UnknownApplication")


async def test_nothing_is_replaced_in_a_case_that_has_ended(client, database, anna, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)
    await take(client, anna, receipt, "closure")

    response = await replace(client, receipt, refused, await send_file(client, PDF + b"made anew"))

    assert (response.status_code, response.json()["code"]) == (409, "WrongState")
