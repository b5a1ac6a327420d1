"""Several scanners share what waits."""

import asyncio
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.app import settings, storage
from eservice_intake.attachments.clamd import Clamd
from eservice_intake.attachments.models import Attachment, Scan, StoredFile
from eservice_intake.attachments.scanner import Scanning, scan_due
from testkit.committed import delete


async def test_a_file_is_scanned_by_one_of_several(app, committing_client, clamd):
    database = app.state.database
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(StoredFile).values(scan=Scan.CLEAN))
    scanning = Scanning(Clamd(clamd, 30), storage, settings)
    contents = [b"%PDF-1.7 " + str(uuid4()).encode() for _ in range(12)]
    sent = [await committing_client.post("/attachments", files={"file": ("a.pdf", content)}) for content in contents]

    done = await asyncio.gather(*(scan_due(database, scanning) for _ in range(6)))

    ids = [UUID(response.json()["id"]) for response in sent]
    async with database.reading() as session:
        of_them = select(StoredFile.attempts, StoredFile.scan).join(Attachment).where(Attachment.id.in_(ids))
        found = (await session.exec(of_them)).all()
    assert sum(done) == 12
    assert [tuple(one) for one in found] == [(1, Scan.CLEAN)] * 12
    await delete(database, sa.delete(Attachment).where(Attachment.id.in_(ids)))
