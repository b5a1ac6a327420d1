"""The files of an application, for who sent it in: what is known of them, fetched, and replaced."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col

from eservice_intake.attachments.downloads import answers, download
from eservice_intake.attachments.models import (
    Attachment,
    AttachmentHold,
    AttachmentReceipt,
    AttachmentShown,
    AttachmentUse,
    InOrder,
    UnknownAttachment,
)
from eservice_intake.attachments.rules import CODES, attachment_violations, too_much, with_attachment
from eservice_intake.attachments.uses import Used, file_of, files_of, known_attachments
from eservice_intake.cases.applicants import OPENING, ApplicantStep, Applying, ByApplicant
from eservice_intake.cases.handling import facts
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import Step
from eservice_intake.identities.residents import MAY_SIGN_IN
from eservice_intake.settings import IntakeSettings
from shared.database import Session
from shared.errors import Invalid
from shared.events import AttachmentReplaced
from web import Reading, Router, refusals

router = Router(tags=["Applications"])


class ReplacementForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    attachment: UUID = Field(description="The id of the file that was sent ahead in its place.")


@router.get(
    "/applications/{reference}/attachments",
    response_model=list[AttachmentShown],
    operation_id="list_own_attachments",
    responses=refusals(*OPENING),
    openapi_extra=MAY_SIGN_IN,
)
async def list_own(
    reference: str, applicant: ByApplicant, reading: Reading, request: Request
) -> Sequence[AttachmentShown]:
    """The files of an application. `scan` says which of them cannot be opened and should be replaced."""
    case = await applicant.case(reading, reference)
    return [used.shown(request.app.state.settings) for used in await files_of(reading, case.id)]


@router.get(
    "/applications/{reference}/attachments/{attachment_id}",
    operation_id="fetch_own_attachment",
    response_class=StreamingResponse,
    responses=answers(*OPENING),
    openapi_extra=MAY_SIGN_IN,
)
async def fetch_own(
    reference: str, attachment_id: UUID, applicant: ByApplicant, reading: Reading, request: Request
) -> StreamingResponse:
    """Fetch a file of one's own application."""
    case = await applicant.case(reading, reference)
    return await download(request, await file_of(reading, case.id, attachment_id), case.diary)


@router.post(
    "/applications/{reference}/attachments/{attachment_id}/replacement",
    response_model=AttachmentReceipt,
    operation_id="replace_attachment",
    responses=refusals(*OPENING, UnknownAttachment, InOrder, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def replace(attachment_id: UUID, form: ReplacementForm, step: Applying, request: Request) -> Attachment:
    """Send another file in place of one that has malware or cannot be read. That one is deleted."""
    step.case.take(Step.REPLACE_ATTACHMENT)
    refused = await file_of(step.tx, step.case.id, attachment_id)
    if refused.scan not in CODES:
        raise InOrder
    others = [used.attachment.id for used in await files_of(step.tx, step.case.id)]
    others.remove(attachment_id)
    await _require_in_order(step, form.attachment, others, request.app.state.settings)
    await _put_in_place(step.tx, step.case, refused, form.attachment)
    event = AttachmentReplaced(**facts(step.case), attachment_id=form.attachment)
    await step.done(Step.REPLACE_ATTACHMENT, event, question=refused.use.question)
    return await step.tx.get_one(Attachment, form.attachment)


async def _require_in_order(
    step: ApplicantStep, attachment_id: UUID, others: Sequence[UUID], settings: IntakeSettings
) -> None:
    """Raise Invalid when the file cannot be used, or the case's files would be too large with it."""
    known = await known_attachments(step.tx, [*others, attachment_id])
    wanted = {**{str(one): one for one in others}, "attachment": attachment_id}
    named = {"attachment": attachment_id}
    if violations := attachment_violations(named, known) or too_much(wanted, known, settings):
        raise Invalid(*violations)


async def _put_in_place(tx: Session, case: Case, refused: Used, attachment_id: UUID) -> None:
    """Let the other file answer the question, and delete the refused one."""
    question, old = refused.use.question, refused.attachment.id
    case.answers = with_attachment(case.answers, question, attachment_id)
    connection = await tx.connection()
    await connection.execute(sa.delete(AttachmentUse).where(col(AttachmentUse.attachment_id) == old))
    await connection.execute(sa.delete(AttachmentHold).where(col(AttachmentHold.attachment_id) == old))
    await connection.execute(sa.delete(Attachment).where(col(Attachment.id) == old))
    tx.add(AttachmentUse(attachment_id=attachment_id, case_id=case.id, question=question))
    await tx.flush()
