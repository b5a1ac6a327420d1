"""Cases whose files have been scanned."""

from uuid import UUID, uuid4

from eservice_intake.attachments.models import Attachment, Scan, StoredFile

from ..cases import received
from ..files import PDF, send_file


async def found(database, attachment_id, scan):
    """A scan has come to that."""
    async with database.transaction() as tx:
        attachment = await tx.get_one(Attachment, UUID(attachment_id))
        file = await tx.get_one(StoredFile, attachment.file_id)
        file.scan = scan
        tx.add(file)


async def a_case(client, database, scan=Scan.CLEAN, content=PDF):
    attachment_id = await send_file(client, content + uuid4().bytes, "Min ritning.pdf")
    receipt = await received(client, diary=[attachment_id])
    await found(database, attachment_id, scan)
    return receipt, attachment_id
