"""Files are fetched by who may, under names of ours, when they are known to be clean."""

from uuid import UUID

import pytest
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments.models import Attachment, Scan
from shared.tables import AuditEntry

from ..cases import secret_of, shown, take
from ..files import PDF
from .scans import a_case

LARGE = PDF + b"a drawing of some size " * 100_000


async def test_staff_fetch_a_file_by_diary_number_and_question(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database, content=LARGE)

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    diary = (await shown(client, anna, receipt))["diary_number"]
    assert response.status_code == 200, response.text
    assert response.content.startswith(LARGE)
    assert response.headers["content-disposition"] == f'attachment; filename="{diary}_diary-0.pdf"'
    assert response.headers["content-type"] == "application/octet-stream"
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.headers["x-malware-scan"] == "clean"


async def test_a_file_that_is_fetched_is_not_shown(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database)

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("sandbox;")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("scan", "code"), [(Scan.PENDING, "NotScannedYet"), (Scan.INFECTED, "HasMalware"), (Scan.FAILED, "Unreadable")]
)
async def test_nothing_but_what_is_clean_is_fetched(client, database, anna, scanned, scan, code):
    receipt, attachment_id = await a_case(client, database, scan)
    path = f"{receipt['reference']}/attachments/{attachment_id}"

    answers = [
        await client.get(f"/cases/{path}", headers=anna),
        await client.get(f"/applications/{path}", headers=secret_of(receipt)),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, code)] * 2


async def test_where_nothing_is_scanned_a_file_is_fetched_and_that_is_said(client, database, anna):
    receipt, attachment_id = await a_case(client, database, Scan.PENDING)

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert (response.status_code, response.headers["x-malware-scan"]) == (200, "not_scanned")
    [file] = (await shown(client, anna, receipt))["attachments"]
    assert file["scan"] == "not_scanned"


@pytest.mark.parametrize("scan", [Scan.INFECTED, Scan.FAILED])
async def test_what_was_found_when_files_were_scanned_counts_where_they_are_not_any_longer(
    client, database, anna, scan
):
    receipt, attachment_id = await a_case(client, database, scan)

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert response.status_code == 409


async def test_that_a_file_was_fetched_is_audited(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database)

    await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    async with database.reading() as session:
        [entry] = await session.exec(select(AuditEntry).where(AuditEntry.action == "read attachment"))
    assert (entry.who, entry.details["attachment"], entry.details["scan"]) == ("anna", attachment_id, "clean")


async def test_another_units_file_is_not_fetched_and_the_refusal_is_audited(client, database, staff, scanned):
    receipt, attachment_id = await a_case(client, database)
    cecilia = staff("caseworker", subject="cecilia", units=["avlopp"])

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=cecilia)

    assert (response.status_code, response.json()["code"]) == (403, "NotYourUnit")
    async with database.reading() as session:
        [entry] = await session.exec(select(AuditEntry).where(AuditEntry.who == "cecilia"))
    assert entry.action == "refused"


async def test_a_confidential_cases_file_is_its_handlers_alone(client, database, anna, staff, scanned):
    receipt, attachment_id = await a_case(client, database)
    await take(client, anna, receipt, "secrecy", {"confidential": True})

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert (response.status_code, response.json()["code"]) == (403, "Confidential")


async def test_a_file_is_fetched_in_its_own_case_only(client, database, anna, scanned):
    receipt, _ = await a_case(client, database)
    other, others_file = await a_case(client, database)
    path = f"{receipt['reference']}/attachments/{others_file}"

    answers = [
        await client.get(f"/cases/{path}", headers=anna),
        await client.get(f"/applications/{path}", headers=secret_of(receipt)),
        await client.get(f"/applications/{path}", headers=secret_of(other)),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.json()["code"] for answer in answers] == ["UnknownAttachment"] * 2 + ["UnknownApplication"]


async def test_the_sender_fetches_own_files_with_the_secret(client, database, scanned):
    receipt, attachment_id = await a_case(client, database, content=LARGE)
    path = f"/applications/{receipt['reference']}/attachments"

    listed = await client.get(path, headers=secret_of(receipt))
    fetched = await client.get(f"{path}/{attachment_id}", headers=secret_of(receipt))
    without = [await client.get(path), await client.get(f"{path}/{attachment_id}")]

    [file] = listed.json()
    assert (file["id"], file["question"], file["filename"]) == (attachment_id, "diary.0", "Min ritning.pdf")
    assert file["scan"] == "clean"
    assert fetched.content.startswith(LARGE)
    assert [answer.status_code for answer in without] == [404, 404]


async def test_a_file_whose_bytes_are_gone_is_our_trouble(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database)
    async with database.reading() as session:
        file_id = (await session.get_one(Attachment, UUID(attachment_id))).file_id
    (settings.data_dir / "attachments" / str(file_id)).unlink()

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert (response.status_code, response.json()["code"]) == (503, "StorageAway")
