"""Files sent ahead of the application that names them. A file is used once; the same bytes are kept once."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse

from eservice_intake.attachments.downloads import answers, download
from eservice_intake.attachments.models import Attachment, AttachmentReceipt
from eservice_intake.attachments.storage import StorageAway
from eservice_intake.attachments.uploads import (
    AttachmentTooLarge,
    InfectedAttachment,
    StoreFull,
    TooManyUploads,
    UnreadableAttachment,
    UnsupportedAttachment,
    Upload,
    received,
)
from eservice_intake.attachments.uses import file_of
from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.models import Case
from eservice_intake.settings import IntakeSettings
from web import Router, Transaction, refusals

FORM_BYTES = 64 * 1024
"""Room for what a multipart form has around its file."""
UPLOADING = (
    AttachmentTooLarge,
    UnsupportedAttachment,
    InfectedAttachment,
    UnreadableAttachment,
    TooManyUploads,
    StoreFull,
    StorageAway,
)


def create_router(settings: IntakeSettings) -> Router:
    """The route has a body limit of its own, which must be known when it is made."""
    router = Router(tags=["Applications"])
    limit = settings.max_attachment_bytes + FORM_BYTES
    router.post(
        "/attachments",
        status_code=201,
        response_model=AttachmentReceipt,
        operation_id="send_attachment",
        responses=refusals(*UPLOADING),
        max_body_size=limit,
    )(attach)
    router.get(
        "/cases/{reference}/attachments/{attachment_id}",
        tags=["Cases"],
        operation_id="fetch_attachment",
        response_class=StreamingResponse,
        responses=answers(*READING),
    )(fetch)
    return router


async def attach(upload: Annotated[Upload, Depends(received, scope="function")], tx: Transaction) -> Attachment:
    """Send a file ahead. The application then names it by the id in the answer."""
    return await upload.save(tx)


async def fetch(attachment_id: UUID, opened: CaseRead, tx: Transaction, request: Request) -> StreamingResponse:
    """Fetch a file of a case. It is named by diary number and question, and that it was fetched is audited.

    `X-Malware-Scan` says when it has not been scanned.
    """
    case = await tx.get_one(Case, opened.case_id)
    used = await file_of(tx, case.id, attachment_id)
    response = await download(request, used, case.diary)
    opened.audit(tx, "read attachment", case, attachment=str(attachment_id), scan=response.headers["X-Malware-Scan"])
    return response
