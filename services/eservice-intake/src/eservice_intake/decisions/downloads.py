"""Decisions as PDF, and the package that an appeal is forwarded with."""

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from eservice_intake.attachments.downloads import begun
from eservice_intake.attachments.models import NotScannedYet
from eservice_intake.attachments.storage import StorageAway, storage_of
from eservice_intake.cases.applicants import OPENING, ByApplicant
from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.models import Case
from eservice_intake.decisions.appeals import NoAppeal
from eservice_intake.decisions.applicants import Number
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.models import Decision, NoDecision
from eservice_intake.decisions.packages import package_of, sent
from eservice_intake.decisions.papers import decision_document
from eservice_intake.documents.api import PDF, download, downloads, headers_of
from eservice_intake.documents.pdf import DocumentNotMade, Typesetter, typesetter_of
from eservice_intake.identities.residents import MAY_SIGN_IN
from shared.events import Language
from web import Caller, Router, refusals
from web.transaction import database_of

router = Router(tags=["Decisions"])
ZIP = "application/zip"


@router.get(
    "/applications/{reference}/decision/pdf",
    response_class=Response,
    operation_id="download_decision",
    tags=["Applications"],
    responses=downloads(PDF, refusals(*OPENING, NoDecision, DocumentNotMade)),
    openapi_extra=MAY_SIGN_IN,
)
async def download_decision(
    reference: str, request: Request, language: Caller, applicant: ByApplicant, number: Number = None
) -> Response:
    """The decision as a PDF, with how to appeal. Earlier ones are read by their number."""
    async with database_of(request).reading() as reading:
        case = await applicant.case(reading, reference)
        decision = (await chain_of(reading, case)).numbered(number)
    return await _pdf(typesetter_of(request), case, decision, language)


@router.get(
    "/cases/{reference}/decisions/{number}/pdf",
    response_class=Response,
    operation_id="download_case_decision",
    responses=downloads(PDF, refusals(*READING, NoDecision, DocumentNotMade)),
)
async def download_case_decision(number: int, opened: CaseRead, request: Request, language: Caller) -> Response:
    """A decision of a case as a PDF. That it was read is audited."""
    async with database_of(request).transaction() as tx:
        case = await tx.get_one(Case, opened.case_id)
        decision = (await chain_of(tx, case)).numbered(number)
        opened.audit(tx, "read decision", case, number=number)
    return await _pdf(typesetter_of(request), case, decision, language)


@router.get(
    "/cases/{reference}/appeals/package",
    response_class=StreamingResponse,
    operation_id="download_appeal_package",
    responses=downloads(ZIP, refusals(*READING, NoAppeal, NotScannedYet, DocumentNotMade, StorageAway)),
)
async def download_package(opened: CaseRead, request: Request) -> StreamingResponse:
    """What the county administrative board gets with the latest appeal.

    PDFs, the files, and the case as JSON with opinions, supplements and messages. A file with malware is left out.
    """
    async with database_of(request).transaction() as tx:
        case = await tx.get_one(Case, opened.case_id)
        package = await package_of(tx, case.id, request.app.state.settings)
        opened.audit(tx, "read appeal package", case)
    pieces = await begun(sent(package, storage_of(request), typesetter_of(request)))
    return StreamingResponse(pieces, media_type=ZIP, headers=headers_of(f"{case.diary}.zip", Language.SWEDISH))


async def _pdf(typesetter: Typesetter, case: Case, decision: Decision, language: Language) -> Response:
    content = await typesetter.as_pdf(decision_document(case, decision, language))
    return download(content, PDF, f"{case.diary}_{decision.number}.pdf", language)
