"""Which attachments there are, and which case uses them, as what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.sql.expression import Select as SelectOfTuple

from eservice_intake.attachments.models import (
    Attachment,
    AttachmentShown,
    AttachmentUse,
    Scan,
    StoredFile,
    UnknownAttachment,
)
from eservice_intake.attachments.rules import Known
from eservice_intake.settings import IntakeSettings
from shared.database import Session


async def known_attachments(session: Session, wanted: Iterable[UUID]) -> dict[UUID, Known]:
    """What is known of the attachments that exist."""
    with_use = sa.join(Attachment, StoredFile).outerjoin(AttachmentUse)
    is_used = col(AttachmentUse.attachment_id).is_not(None)
    columns = col(Attachment.id), col(Attachment.size), is_used, col(StoredFile.scan)
    query = sa.select(*columns).select_from(with_use).where(col(Attachment.id).in_(set(wanted)))
    rows = await (await session.connection()).execute(query)
    return {attachment_id: Known(size, is_used, scan) for attachment_id, size, is_used, scan in rows}


@dataclass(frozen=True)
class Used:
    """A file of a case."""

    use: AttachmentUse
    attachment: Attachment
    scan: Scan

    def shown(self, settings: IntakeSettings) -> AttachmentShown:
        found = {**self.attachment.model_dump(), "question": self.use.question, "scan": self.scan_in(settings)}
        return AttachmentShown.model_validate(found)

    def scan_in(self, settings: IntakeSettings) -> Scan:
        """What is known of it. Where nothing scans, a file that waits is one that was not scanned."""
        return Scan.NOT_SCANNED if self.scan is Scan.PENDING and not settings.is_scanned else self.scan


async def files_named(session: Session, wanted: Mapping[str, UUID], settings: IntakeSettings) -> list[AttachmentShown]:
    """The files that answers name, by their paths, unless a case uses them. Those that are gone are left out."""
    joined = sa.join(Attachment, StoredFile).outerjoin(AttachmentUse)
    is_named = col(Attachment.id).in_(set(wanted.values())), col(AttachmentUse.attachment_id).is_(None)
    rows = await session.exec(select(Attachment, col(StoredFile.scan)).select_from(joined).where(*is_named))
    known = {attachment.id: (attachment, scan) for attachment, scan in rows}
    named = ((AttachmentUse(attachment_id=id_, case_id=id_, question=path), id_) for path, id_ in wanted.items())
    return [Used(use, *known[id_]).shown(settings) for use, id_ in named if id_ in known]


def _used(*conditions: sa.ColumnElement[bool]) -> SelectOfTuple[AttachmentUse, Attachment, Scan]:
    joined = sa.join(AttachmentUse, Attachment).join(StoredFile)
    query = select(AttachmentUse, Attachment, col(StoredFile.scan)).select_from(joined)
    return query.where(*conditions).order_by(col(AttachmentUse.question))


async def files_of(session: Session, case_id: UUID) -> list[Used]:
    """The case's files, by question."""
    return [Used(*row) for row in await session.exec(_used(col(AttachmentUse.case_id) == case_id))]


async def file_of(session: Session, case_id: UUID, attachment_id: UUID) -> Used:
    """One of the case's files. Raises UnknownAttachment."""
    wanted = col(AttachmentUse.case_id) == case_id, col(AttachmentUse.attachment_id) == attachment_id
    found = (await session.exec(_used(*wanted))).first()
    if found is None:
        raise UnknownAttachment
    return Used(*found)
