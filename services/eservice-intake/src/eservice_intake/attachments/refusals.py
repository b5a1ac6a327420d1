"""Tells those whose file cannot be opened, so that they send another."""

from typing import Literal
from uuid import UUID

from sqlmodel import col, select

from eservice_intake.attachments.models import Attachment, AttachmentUse, Scan, StoredFile
from eservice_intake.cases.finding import lock_cases
from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import OPEN
from eservice_intake.cases.steps import Step
from shared.clock import now
from shared.database import Database, Session
from shared.events import AttachmentRefused

AT_ONCE = 20
BY, BY_NAME = "scanner", "Virusskanning"
REASONS: dict[Scan, Literal["infected", "unreadable"]] = {Scan.INFECTED: "infected", Scan.FAILED: "unreadable"}
_UNTOLD = (
    select(AttachmentUse.attachment_id)
    .join(Attachment)
    .join(StoredFile)
    .join(Case, col(Case.id) == col(AttachmentUse.case_id))
    .where(col(StoredFile.scan).in_(list(REASONS)), col(AttachmentUse.refused_at).is_(None))
    .limit(AT_ONCE)
)


async def tell_senders(database: Database) -> int:
    """Tell of the files that cases use and nobody can open, each once, whether it was used or scanned first.

    What awaits a signature is not a case yet: its sender is told when it is.
    """
    async with database.reading() as session:
        untold = (await session.exec(_UNTOLD)).all()
    for attachment_id in untold:
        async with database.transaction() as tx:
            await _tell(tx, attachment_id)
    return len(untold)


async def _tell(tx: Session, attachment_id: UUID) -> None:
    of_case = select(AttachmentUse.case_id).where(AttachmentUse.attachment_id == attachment_id)
    case_id = (await tx.exec(of_case)).first()
    case = (await lock_cases(tx, case_id)).get(case_id) if case_id else None
    use = await tx.get(AttachmentUse, attachment_id)
    if case is None or use is None or use.refused_at is not None:
        return
    use.refused_at = at = now()
    tx.add(use)
    if case.status not in OPEN:
        return
    file = (await tx.exec(select(StoredFile).join(Attachment).where(Attachment.id == attachment_id))).one()
    reason = REASONS[file.scan]
    event = AttachmentRefused(**facts(case), attachment_id=attachment_id, reason=reason)
    await record(tx, case, Step.REFUSE_ATTACHMENT, event, at, BY, BY_NAME, question=use.question, reason=reason)
    tx.audit(BY, "refuse attachment", case=case.diary, attachment=str(attachment_id), reason=reason)
