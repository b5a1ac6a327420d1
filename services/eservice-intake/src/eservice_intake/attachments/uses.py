"""Which attachments there are, and which case uses them."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from eservice_intake.attachments.models import Attachment, AttachmentUse, StoredFile
from eservice_intake.attachments.rules import Known
from shared.database import Session


async def known_attachments(session: Session, wanted: Iterable[UUID]) -> dict[UUID, Known]:
    """What is known of the attachments that exist."""
    with_use = sa.join(Attachment, StoredFile).outerjoin(AttachmentUse)
    is_used = col(AttachmentUse.attachment_id).is_not(None)
    columns = col(Attachment.id), col(Attachment.size), is_used, col(StoredFile.scan)
    query = sa.select(*columns).select_from(with_use).where(col(Attachment.id).in_(set(wanted)))
    rows = await (await session.connection()).execute(query)
    return {attachment_id: Known(size, is_used, scan) for attachment_id, size, is_used, scan in rows}
