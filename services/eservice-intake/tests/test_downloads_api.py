"""Files are fetched by who may, under names of ours, when they are known to be clean."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.attachments.purge import purge_bytes
from eservice_intake.cases.models import Case
from shared.events import AttachmentReplaced
from shared.tables import AuditEntry

from .cases import received, shown, take

PDF = b"%PDF-1.7 " + b"a drawing of some size " * 100_000
CLAMAV = "tcp://127.0.0.1:3310"


@pytest.fixture
def anna(staff):
    return staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])


@pytest.fixture
def scanned(with_settings):
    """Here, files are scanned."""
    with_settings(clamav_url=CLAMAV)


async def sent(client, content=PDF):
    response = await client.post("/attachments", files={"file": ("Min ritning.pdf", content)})
    return response.json()["id"]


async def found(database, attachment_id, scan):
    """A scan has come to that."""
    async with database.transaction() as tx:
        attachment = await tx.get_one(Attachment, UUID(attachment_id))
        file = await tx.get_one(StoredFile, attachment.file_id)
        file.scan = scan
        tx.add(file)


async def a_case(client, database, scan=Scan.CLEAN):
    attachment_id = await sent(client, PDF + str(uuid4()).encode())
    receipt = await received(client, diary=[attachment_id])
    await found(database, attachment_id, scan)
    return receipt, attachment_id


def own(receipt):
    return {"X-Application-Secret": receipt["secret"]}


async def test_staff_fetch_a_file_by_diary_number_and_question(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database)

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    diary = (await shown(client, anna, receipt))["diary_number"]
    assert response.status_code == 200, response.text
    assert response.content.startswith(PDF)
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
        await client.get(f"/applications/{path}", headers=own(receipt)),
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
        await client.get(f"/applications/{path}", headers=own(receipt)),
        await client.get(f"/applications/{path}", headers=own(other)),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.json()["code"] for answer in answers] == ["UnknownAttachment"] * 2 + ["UnknownApplication"]


async def test_the_sender_fetches_own_files_with_the_secret(client, database, scanned):
    receipt, attachment_id = await a_case(client, database)
    path = f"/applications/{receipt['reference']}/attachments"

    listed = await client.get(path, headers=own(receipt))
    fetched = await client.get(f"{path}/{attachment_id}", headers=own(receipt))
    without = [await client.get(path), await client.get(f"{path}/{attachment_id}")]

    [file] = listed.json()
    assert (file["id"], file["question"], file["filename"]) == (attachment_id, "diary.0", "Min ritning.pdf")
    assert file["scan"] == "clean"
    assert fetched.content.startswith(PDF)
    assert [answer.status_code for answer in without] == [404, 404]


async def test_a_file_whose_bytes_are_gone_is_our_trouble(client, database, anna, scanned):
    receipt, attachment_id = await a_case(client, database)
    async with database.reading() as session:
        file_id = (await session.get_one(Attachment, UUID(attachment_id))).file_id
    (settings.data_dir / "attachments" / str(file_id)).unlink()

    response = await client.get(f"/cases/{receipt['reference']}/attachments/{attachment_id}", headers=anna)

    assert (response.status_code, response.json()["code"]) == (503, "StorageAway")


async def replace(client, receipt, attachment_id, other, headers=None):
    path = f"/applications/{receipt['reference']}/attachments/{attachment_id}/replacement"
    return await client.post(path, json={"attachment": other}, headers=own(receipt) if headers is None else headers)


@pytest.mark.parametrize("scan", [Scan.INFECTED, Scan.FAILED])
async def test_a_file_that_cannot_be_opened_is_replaced_by_its_sender(client, app, database, published, scanned, scan):
    receipt, refused = await a_case(client, database, scan)
    other = await sent(client, PDF + b"made anew")

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
    await replace(client, receipt, refused, await sent(client, PDF + b"made anew"))

    await purge_bytes(app.state.storage, database)

    assert not (settings.data_dir / "attachments" / str(file_id)).exists()


async def test_a_replacement_is_in_the_timeline(client, database, anna, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)

    await replace(client, receipt, refused, await sent(client, PDF + b"made anew"))

    case = await shown(client, anna, receipt)
    assert [(step["step"], step["by_name"]) for step in case["timeline"]] == [("replace_attachment", "applicant")]
    assert case["version"] == 2


@pytest.mark.parametrize("scan", [Scan.CLEAN, Scan.PENDING])
async def test_a_file_that_can_be_opened_stays(client, database, scanned, scan):
    receipt, attachment_id = await a_case(client, database, scan)

    response = await replace(client, receipt, attachment_id, await sent(client, PDF + b"made anew"))

    assert (response.status_code, response.json()["code"]) == (409, "InOrder")


async def test_a_replacement_must_be_a_file_that_may_be_used(client, database, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)
    infected = await sent(client, PDF + b"more of it")
    await found(database, infected, Scan.INFECTED)

    answers = [await replace(client, receipt, refused, other) for other in (str(uuid4()), refused, infected)]

    codes = [answer.json()["violations"][0]["code"] for answer in answers]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert codes == ["unknown_attachment", "attachment_used", "attachment_infected"]


async def test_a_replacement_leaves_the_files_of_a_case_within_their_limit(client, database, scanned, with_settings):
    first, refused = [await sent(client, PDF + content) for content in (b"of one", b"of another")]
    receipt = await received(client, diary=[first, refused])
    await found(database, refused, Scan.INFECTED)
    with_settings(case_attachment_megabytes=4)

    response = await replace(client, receipt, refused, await sent(client, PDF + b"made anew"))

    assert (response.status_code, response.json()["violations"][0]["code"]) == (422, "attachments_too_large")


async def test_only_who_has_the_secret_replaces_a_file(client, database, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)

    response = await replace(client, receipt, refused, await sent(client), headers={})

    assert (response.status_code, response.json()["code"]) == (404, "UnknownApplication")


async def test_nothing_is_replaced_in_a_case_that_has_ended(client, database, anna, scanned):
    receipt, refused = await a_case(client, database, Scan.INFECTED)
    await take(client, anna, receipt, "closure")

    response = await replace(client, receipt, refused, await sent(client, PDF + b"made anew"))

    assert (response.status_code, response.json()["code"]) == (409, "WrongState")
