"""What becomes of files that wait to be scanned, and who is told."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bus.process import Liveness
from eservice_intake.app import settings, storage
from eservice_intake.attachments.clamd import Clamd, ScannerAway
from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.attachments.refusals import tell_senders
from eservice_intake.attachments.scanner import OLDEST, WAITING, Scanner, Scanning, scan_due
from shared.clock import now
from shared.events import AttachmentRefused
from shared.kafka_settings import Mode
from shared.tables import AuditEntry
from testkit.broker import free_port
from testkit.clamd import MALWARE

from .cases import received, shown

PDF = b"%PDF-1.7 "


def new(content=b""):
    return PDF + str(uuid4()).encode() + content


async def send(client, content):
    return await client.post("/attachments", files={"file": ("ritning.pdf", content)})


async def sent(client, content):
    response = await send(client, content)
    assert response.status_code == 201, response.text
    return UUID(response.json()["id"])


async def file_of(database, attachment_id):
    async with database.reading() as session:
        attachment = await session.get_one(Attachment, attachment_id)
        return await session.get_one(StoredFile, attachment.file_id, populate_existing=True)


@pytest.fixture
def scanning(clamd):
    return Scanning(Clamd(clamd, 30), storage, settings)


@pytest.fixture
def away():
    return Scanning(Clamd(f"tcp://127.0.0.1:{free_port()}", 30), storage, settings)


@pytest.fixture
def failing(monkeypatch):
    """A clamd that does not like the file, which waits no time between two tries."""

    def create(url, attempts):
        monkeypatch.setattr(storage, "pieces", nothing)
        return Scanning(Clamd(url, 30), storage, settings.model_copy(update={"scan_attempts": attempts}))

    return create


async def nothing(*_):
    raise FileNotFoundError
    yield


async def let_it_be_due(database):
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(StoredFile).values(scan_at=now() - timedelta(seconds=1)))


@pytest.fixture(autouse=True)
async def _alone(database):
    """Files of other tests, which they have committed, are not these tests'."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(StoredFile).values(scan=Scan.CLEAN))


@pytest.mark.parametrize(("content", "scan"), [(b"", Scan.CLEAN), (MALWARE, Scan.INFECTED)])
async def test_a_file_is_scanned_after_it_has_been_received(client, database, scanning, content, scan):
    attachment_id = await sent(client, new(content))
    before = await file_of(database, attachment_id)

    done = [await scan_due(database, scanning) for _ in range(2)]

    assert before.scan is Scan.PENDING
    assert (await file_of(database, attachment_id)).scan is scan
    assert done == [1, 0]


async def test_the_same_bytes_are_scanned_once(client, database, scanning):
    content = new()
    first = await sent(client, content)
    await scan_due(database, scanning)

    second = await sent(client, content)

    assert (await file_of(database, second)).scan is Scan.CLEAN
    assert await file_of(database, first) == await file_of(database, second)
    assert await scan_due(database, scanning) == 0


async def test_malware_that_is_known_is_refused_at_the_door(client, database, scanning):
    content = new(MALWARE)
    await sent(client, content)
    await scan_due(database, scanning)

    response = await send(client, content)

    assert (response.status_code, response.json()["code"]) == (415, "InfectedAttachment")


async def test_an_application_cannot_have_a_file_with_malware(client, database, scanning):
    attachment_id = await sent(client, new(MALWARE))
    await scan_due(database, scanning)

    body = {"eservice": "klagomal-olagenhet", "answers": {"diary": [str(attachment_id)]}}
    response = await client.post("/applications", json=body)

    assert ("diary.0", "attachment_infected") in codes(response)


def codes(response):
    return [(violation["field"], violation["code"]) for violation in response.json()["violations"]]


async def test_while_clamd_is_away_files_wait_and_are_not_held_against_them(client, database, scanning, away):
    attachment_id = await sent(client, new())

    for _ in range(settings.scan_attempts + 1):
        with pytest.raises(ScannerAway):
            await scan_due(database, away)

    file = await file_of(database, attachment_id)
    assert (file.scan, file.attempts) == (Scan.PENDING, 0)
    assert await scan_due(database, scanning) == 1


async def test_a_file_that_cannot_be_scanned_is_tried_so_many_times_and_then_unreadable(
    client, database, clamd, failing
):
    attachment_id = await sent(client, new())
    scanning = failing(clamd, attempts=3)
    found = []

    for _ in range(4):
        await scan_due(database, scanning)
        file = await file_of(database, attachment_id)
        found.append((file.scan, file.attempts, file.scan_at > now()))
        await let_it_be_due(database)

    assert found == [(Scan.PENDING, 1, True), (Scan.PENDING, 2, True), *[(Scan.FAILED, 3, False)] * 2]


def test_waits_between_scans_double_to_an_hour():
    file, at, waits = StoredFile(digest="", size=1), now(), []

    for attempts in range(1, 10):
        file.attempts = attempts
        file.retry(at, timedelta(seconds=30), 99, "why")
        waits.append((file.scan_at - at).total_seconds())

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


async def test_what_is_being_scanned_is_nobody_elses(client, database, clamd, scanning):
    await sent(client, new())
    meanwhile = []

    class Watched(Clamd):
        async def scan(self, pieces):
            meanwhile.append(await scan_due(database, scanning))
            return await super().scan(pieces)

    done = await scan_due(database, Scanning(Watched(clamd, 30), storage, settings))

    assert (done, meanwhile) == (1, [0])


async def test_who_has_lost_its_lease_records_nothing(client, database, clamd):
    attachment_id = await sent(client, new(MALWARE))
    file = await file_of(database, attachment_id)

    class Slow(Clamd):
        async def scan(self, pieces):
            async with database.transaction() as tx:
                taken = sa.update(StoredFile).where(StoredFile.id == file.id).values(lease=uuid4())
                await (await tx.connection()).execute(taken)
            return await super().scan(pieces)

    await scan_due(database, Scanning(Slow(clamd, 30), storage, settings))

    assert (await file_of(database, attachment_id)).scan is Scan.PENDING


async def test_the_sender_is_told_once_of_malware_that_is_found_after_sending(client, database, scanning, published):
    attachment_id = await sent(client, new(MALWARE))
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
    attachment_id = await sent(client, new(MALWARE))
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
    receipt = await received(client, diary=[str(await sent(client, new(MALWARE)))])
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
    receipt = await received(client, diary=[str(await sent(client, new(MALWARE)))])
    await client.post(f"/cases/{receipt['reference']}/closure", headers={**anna, "If-Match": '"1"'})
    await scan_due(database, scanning)

    await tell_senders(database)

    assert not [event for event in await published.fetch() if isinstance(event, AttachmentRefused)]
    assert await tell_senders(database) == 0


async def test_the_sender_of_what_awaits_a_signature_is_told_when_it_is_a_case(client, database, scanning, published):
    attachment_id = await sent(client, new(MALWARE))
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


async def test_without_clamav_nothing_is_done(database, client, scanning):
    attachment_id = await sent(client, new(MALWARE))
    scanner = Scanner(settings.model_copy(update={"clamav_url": None}), database, Liveness())

    async with scanner.opened():
        done = await scanner.step()

    assert done == 0
    assert (await file_of(database, attachment_id)).scan is Scan.PENDING


async def test_a_scanner_says_what_waits(database, client, clamd):
    await sent(client, new())
    scanner = Scanner(settings.model_copy(update={"clamav_url": clamd}), database, Liveness())

    async with scanner.opened():
        await scanner.measure()
        waiting = WAITING._value.get(), OLDEST._value.get()
        await scanner.step()
        await scanner.measure()

    assert waiting[0] == 1
    assert 0 <= waiting[1] < 60
    assert (WAITING._value.get(), OLDEST._value.get()) == (0, 0)


@pytest.mark.parametrize(
    ("mode", "url", "warned"),
    [(Mode.PRODUCTION, None, True), (Mode.PRODUCTION, "x", False), (Mode.EMBEDDED, None, False)],
)
async def test_production_warns_when_nothing_scans(database, caplog, mode, url, warned):
    scanner = Scanner(settings.model_copy(update={"mode": mode, "clamav_url": url}), database, Liveness())

    await scanner.require()

    assert ("CLAMAV_URL" in caplog.text) is warned
