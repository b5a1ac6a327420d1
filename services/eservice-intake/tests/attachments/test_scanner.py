"""What becomes of files that wait to be scanned."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bus.process import Liveness
from eservice_intake.app import settings, storage
from eservice_intake.attachments.clamd import Clamd, ScannerAway
from eservice_intake.attachments.models import Scan, StoredFile
from eservice_intake.attachments.scanner import OLDEST, WAITING, Scanner, Scanning, scan_due
from shared.clock import now
from shared.kafka_settings import Mode
from testkit.broker import free_port
from testkit.clamd import MALWARE
from testkit.forms import codes

from ..files import file_of, new_pdf, send, send_file

pytestmark = pytest.mark.usefixtures("no_other_files")


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


@pytest.mark.parametrize(("content", "scan"), [(b"", Scan.CLEAN), (MALWARE, Scan.INFECTED)])
async def test_a_file_is_scanned_after_it_has_been_received(client, database, scanning, content, scan):
    attachment_id = await send_file(client, new_pdf(content))
    before = await file_of(database, attachment_id)

    done = [await scan_due(database, scanning) for _ in range(2)]

    assert before.scan is Scan.PENDING
    assert (await file_of(database, attachment_id)).scan is scan
    assert done == [1, 0]


async def test_the_same_bytes_are_scanned_once(client, database, scanning):
    content = new_pdf()
    first = await send_file(client, content)
    await scan_due(database, scanning)

    second = await send_file(client, content)

    assert (await file_of(database, second)).scan is Scan.CLEAN
    assert await file_of(database, first) == await file_of(database, second)
    assert await scan_due(database, scanning) == 0


async def test_malware_that_is_known_is_refused_at_the_door(client, database, scanning):
    content = new_pdf(MALWARE)
    await send_file(client, content)
    await scan_due(database, scanning)

    response = await send(client, content)

    assert (response.status_code, response.json()["code"]) == (415, "InfectedAttachment")


async def test_an_application_cannot_have_a_file_with_malware(client, database, scanning):
    attachment_id = await send_file(client, new_pdf(MALWARE))
    await scan_due(database, scanning)

    body = {"eservice": "klagomal-olagenhet", "answers": {"diary": [attachment_id]}}
    response = await client.post("/applications", json=body)

    assert ("diary.0", "attachment_infected") in codes(response)


async def test_while_clamd_is_away_files_wait_and_are_not_held_against_them(client, database, scanning, away):
    attachment_id = await send_file(client, new_pdf())

    for _ in range(settings.scan_attempts + 1):
        with pytest.raises(ScannerAway):
            await scan_due(database, away)

    file = await file_of(database, attachment_id)
    assert (file.scan, file.attempts) == (Scan.PENDING, 0)
    assert await scan_due(database, scanning) == 1


async def test_a_file_that_cannot_be_scanned_is_tried_so_many_times_and_then_unreadable(
    client, database, clamd, failing
):
    attachment_id = await send_file(client, new_pdf())
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
    await send_file(client, new_pdf())
    meanwhile = []

    class Watched(Clamd):
        async def scan(self, pieces):
            meanwhile.append(await scan_due(database, scanning))
            return await super().scan(pieces)

    done = await scan_due(database, Scanning(Watched(clamd, 30), storage, settings))

    assert (done, meanwhile) == (1, [0])


async def test_who_has_lost_its_lease_records_nothing(client, database, clamd):
    attachment_id = await send_file(client, new_pdf(MALWARE))
    file = await file_of(database, attachment_id)

    class Slow(Clamd):
        async def scan(self, pieces):
            async with database.transaction() as tx:
                taken = sa.update(StoredFile).where(StoredFile.id == file.id).values(lease=uuid4())
                await (await tx.connection()).execute(taken)
            return await super().scan(pieces)

    await scan_due(database, Scanning(Slow(clamd, 30), storage, settings))

    assert (await file_of(database, attachment_id)).scan is Scan.PENDING


async def test_without_clamav_nothing_is_done(database, client, scanning):
    attachment_id = await send_file(client, new_pdf(MALWARE))
    scanner = Scanner(settings.model_copy(update={"clamav_url": None}), database, Liveness())

    async with scanner.opened():
        done = await scanner.step()

    assert done == 0
    assert (await file_of(database, attachment_id)).scan is Scan.PENDING


async def test_a_scanner_says_what_waits(database, client, clamd):
    await send_file(client, new_pdf())
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
