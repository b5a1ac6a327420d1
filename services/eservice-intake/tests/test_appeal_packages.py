"""The package of an appeal: all that the court is sent."""

import io
import json
import zipfile

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.attachments.models import Scan, StoredFile
from eservice_intake.cases.models import Case
from eservice_intake.decisions.packages import package_of, sent

from .cases import received, secret_of, take
from .decisions import APPEAL, CONTENT

LOG = b"%PDF-1.7 " + b"ett dygn av buller " * 200_000


async def appealed_with(client, database, anna, scan):
    """The receipt of a case with a file, a supplement, messages and an appeal."""
    log = await client.post("/attachments", files={"file": ("logg.pdf", LOG)})
    receipt = await received(client, diary=[log.json()["id"]])
    async with database.transaction() as tx:
        of_log = sa.update(StoredFile).where(col(StoredFile.size) == len(LOG))
        await (await tx.connection()).execute(of_log.values(scan=scan))
    secret, path = secret_of(receipt), f"/applications/{receipt['reference']}"
    await take(client, anna, receipt, "supplement-requests", {"wanted": "När låter den?", "due_on": "2026-12-20"})
    await client.post(f"{path}/supplements", json={"text": "Mest på natten."}, headers=secret)
    await client.post(f"{path}/messages", json={"text": "Hur går det?"}, headers=secret)
    await take(client, anna, receipt, "decisions", {"decision": CONTENT})
    await client.post(f"{path}/decision/receipt", headers=secret)
    appeal = await client.post(f"{path}/appeals", json=APPEAL, headers=secret)
    assert appeal.status_code == 200, appeal.text
    return receipt


async def packed(client, anna, receipt):
    """The package of the case, and what it says of the case."""
    answer = await client.get(f"/cases/{receipt['reference']}/appeals/package", headers=anna)
    assert answer.status_code == 200, answer.text
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    return package, json.loads(package.read("arende.json"))


async def test_the_package_of_an_appeal_has_the_files_and_all_that_was_written(client, database, anna, clock):
    receipt = await appealed_with(client, database, anna, Scan.CLEAN)

    package, described = await packed(client, anna, receipt)

    [file] = described["attachments"]
    assert (file["filename"], package.read(file["path"])) == ("logg.pdf", LOG)
    assert [one["answer"] for one in described["supplements"]] == ["Mest på natten."]
    assert [one["text"] for one in described["messages"]] == ["Hur går det?"]
    assert package.testzip() is None


async def test_a_file_with_malware_is_named_in_the_package_and_not_in_it(client, database, anna, clock):
    receipt = await appealed_with(client, database, anna, Scan.INFECTED)

    package, described = await packed(client, anna, receipt)

    assert [(one["scan"], one["path"]) for one in described["attachments"]] == [("infected", None)]
    assert not [name for name in package.namelist() if name.startswith("bilagor/")]


async def test_a_package_waits_for_a_file_that_is_being_scanned(client, database, anna, clock, with_settings):
    receipt = await appealed_with(client, database, anna, Scan.PENDING)
    with_settings(clamav_url="tcp://127.0.0.1:3310")

    answer = await client.get(f"/cases/{receipt['reference']}/appeals/package", headers=anna)

    assert (answer.status_code, answer.json()["code"]) == (409, "NotScannedYet")


async def test_a_package_is_sent_as_it_is_made(client, database, anna, clock, app):
    receipt = await appealed_with(client, database, anna, Scan.CLEAN)
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
        package = await package_of(tx, case.id, app.state.settings)

    pieces = [piece async for piece in sent(package, app.state.storage, app.state.typesetter)]

    assert max(map(len, pieces)) < len(LOG)
