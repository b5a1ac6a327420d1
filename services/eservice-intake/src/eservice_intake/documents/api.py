"""Documents that people download: made after the transaction, which reads what they say."""

from fastapi import Request, Response

from eservice_intake.attachments.uses import files_of
from eservice_intake.cases.applicants import OPENING, ByApplicant
from eservice_intake.cases.models import Case
from eservice_intake.documents.copies import copy_of
from eservice_intake.documents.pdf import DocumentNotMade, typesetter_of
from eservice_intake.identities.residents import MAY_SIGN_IN
from shared.database import Session
from shared.events import Language
from web import Caller, Router, refusals
from web.refusals import Responses
from web.transaction import database_of

router = Router(tags=["Applications"])
PDF, CSV, SVG = "application/pdf", "text/csv", "image/svg+xml"
BEGINNINGS = {PDF: "%PDF-1.7", CSV: "Diarienummer;Beslut", "application/zip": "PK", SVG: "<svg"}


def downloads(media_type: str, responses: Responses) -> Responses:
    """For a route's `responses`: a file, or one of the refusals."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}, "example": BEGINNINGS[media_type]}}
    known = responses.get("200", {}).get("content", {})
    return {**responses, "200": {"description": "The file.", "content": {**known, **content}}}


def download(content: bytes, media_type: str, name: str, language: Language) -> Response:
    return Response(content, media_type=media_type, headers=headers_of(name, language))


def headers_of(name: str, language: Language) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": language}


async def filenames_of(session: Session, case: Case) -> dict[str, str]:
    """What the case's files are called, by their ids."""
    files = await files_of(session, case.id)
    return {str(file.attachment.id): file.attachment.filename for file in files}


@router.get(
    "/applications/{reference}/copy",
    response_class=Response,
    operation_id="download_copy",
    responses=downloads(PDF, refusals(*OPENING, DocumentNotMade)),
    openapi_extra=MAY_SIGN_IN,
)
async def download_copy(reference: str, request: Request, language: Caller, applicant: ByApplicant) -> Response:
    """What was sent in, as a PDF. Every question that was asked, and its answer in words."""
    async with database_of(request).reading() as reading:
        case = await applicant.case(reading, reference)
        document = copy_of(case, await filenames_of(reading, case), language)
    return download(await typesetter_of(request).as_pdf(document), PDF, f"{case.reference}.pdf", language)
