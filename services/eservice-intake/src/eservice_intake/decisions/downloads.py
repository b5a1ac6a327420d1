"""Decisions as PDF, and the package that an appeal is forwarded with."""

from typing import Any

from fastapi import Request, Response
from sqlmodel import col, select

from eservice_intake.cases.applicants import Secret, UnknownApplication, case_opened
from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.models import Case, CaseStep
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.applicants import Number
from eservice_intake.decisions.chain import Chain, appeals_of, chain_of
from eservice_intake.decisions.models import Appeal, Decision, NoAppeal, NoDecision
from eservice_intake.decisions.papers import decision_document, package_of
from eservice_intake.decisions.presentation import shown
from eservice_intake.documents.api import PDF, download, downloads, filenames_of
from eservice_intake.documents.pdf import DocumentNotMade, as_pdf
from shared.database import Session
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
    responses=downloads(PDF, refusals(UnknownApplication, NoDecision, DocumentNotMade)),
)
async def download_decision(
    reference: str, request: Request, language: Caller, secret: Secret = "", number: Number = None
) -> Response:
    """The decision as a PDF, with how to appeal. Earlier ones are read by their number."""
    async with database_of(request).reading() as reading:
        case = await case_opened(reading, reference, secret)
        decision = (await chain_of(reading, case)).numbered(number)
    return await _pdf(case, decision, language)


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
    return await _pdf(case, decision, language)


@router.get(
    "/cases/{reference}/appeals/package",
    response_class=Response,
    operation_id="download_appeal_package",
    responses=downloads(ZIP, refusals(*READING, NoAppeal, DocumentNotMade)),
)
async def download_package(opened: CaseRead, request: Request) -> Response:
    """What the county administrative board gets with an appeal. PDFs and the case as JSON, with the latest appeal."""
    async with database_of(request).transaction() as tx:
        case = await tx.get_one(Case, opened.case_id)
        appeals = await appeals_of(tx, case)
        if not appeals:
            raise NoAppeal
        chain, filenames = await chain_of(tx, case), await filenames_of(tx, case)
        described = await _described(tx, chain, appeals, filenames)
        opened.audit(tx, "read appeal package", case)
    package = await package_of(case, chain.taken, appeals[-1], filenames, described)
    return download(package, ZIP, f"{case.diary}.zip", Language.SWEDISH)


async def _pdf(case: Case, decision: Decision, language: Language) -> Response:
    content = await as_pdf(decision_document(case, decision, language))
    return download(content, PDF, f"{case.diary}_{decision.number}.pdf", language)


async def _described(tx: Session, chain: Chain, appeals: list[Appeal], filenames: dict[str, str]) -> dict[str, Any]:
    """The case for programs, in Swedish, as the file is kept."""
    case, language = chain.case, Language.SWEDISH
    steps = await tx.exec(select(CaseStep).where(CaseStep.case_id == case.id).order_by(col(CaseStep.id)))
    answers = read_answers(catalogue(), catalogue().of_case(case.eservice), case.answers, language, filenames)
    return {
        "diary_number": case.diary,
        "reference": case.reference,
        "eservice": case.eservice,
        "kind": case.kind,
        "unit": case.unit,
        "received_at": case.received_at,
        "answers": [{"heading": one.heading, "answers": [vars(answer) for answer in one.answers]} for one in answers],
        "attachments": sorted(filenames.values()),
        "decisions": [shown(case, one, language).model_dump(mode="json") for one in chain.taken],
        "appeals": [one.model_dump(mode="json", exclude={"case_id", "decision_id"}) for one in appeals],
        "timeline": [{"step": step.step, "by": step.by_name, "at": step.at} for step in steps],
    }
