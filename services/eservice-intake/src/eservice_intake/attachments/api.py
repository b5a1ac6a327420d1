"""Files sent ahead of the application that names them. A file is used once; the same bytes are kept once."""

from typing import Annotated

from fastapi import Depends

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
    return router


async def attach(upload: Annotated[Upload, Depends(received, scope="function")], tx: Transaction) -> Attachment:
    """Send a file ahead. The application then names it by the id in the answer."""
    return await upload.save(tx)
