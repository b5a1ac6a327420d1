"""The applications people send in."""

from typing import Annotated

from fastapi import Query, Request
from sqlmodel import col, select

from definitions.published import VersionClosed
from eservice_intake.applications.following import mark_end_read, mark_read, notices_in, progress_of
from eservice_intake.applications.models import ApplicationBrief, ApplicationForm, ApplicationStatus, OwnCase, Receipt
from eservice_intake.applications.progress import NOW as IN_WORDS
from eservice_intake.applications.progress import outward
from eservice_intake.applications.receiving import accepted, await_signature, receive_now
from eservice_intake.applications.signatures import Signature
from eservice_intake.cases.applicants import OPENING, ByApplicant, UnknownApplication
from eservice_intake.cases.definitions import know
from eservice_intake.cases.finding import find_case
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import as_reference
from eservice_intake.catalogue.eservices import catalogue, version_of
from eservice_intake.catalogue.messages import violation
from eservice_intake.identities.models import CasePerson, SignInClosed, SignInFirst, SignInWeak
from eservice_intake.identities.residents import MAY_SIGN_IN, SIGNED_IN, SignedIn
from eservice_intake.lookups.rules import Check, notices_of
from eservice_intake.surveys.answering import enter_answer, require_round
from eservice_intake.surveys.models import CompanyHasAnswered, NoRoundOpen
from shared.database import Session
from shared.errors import Invalid
from shared.events import Language
from shared.pagination import Page, Paging, page_of
from web import Caller, Now, Reading, Router, Submission, TooManyMails, refusals
from web.transaction import database_of

LARGEST_APPLICATION = 1024 * 1024

router = Router(tags=["Applications"])


@router.post(
    "/applications",
    max_body_size=LARGEST_APPLICATION,
    status_code=201,
    response_model=Receipt,
    operation_id="submit_application",
    responses=refusals(
        TooManyMails, NoRoundOpen, CompanyHasAnswered, SignInFirst, SignInWeak, SignInClosed, VersionClosed
    ),
    openapi_extra=MAY_SIGN_IN,
)
async def submit(form: ApplicationForm, submission: Submission) -> Receipt:
    """Send in an application. The receipt has the reference and the secret that show its status.

    Where the e-service's `login` is `eid`, the token of who has signed in with an e-identification comes with it.
    What somebody has filled in for somebody else is `awaiting_signature`, and is received once they have signed it.
    Filled in with an earlier `definition` it is judged by that, until it closes.
    The business survey is answered while a round of it is open, once by each company.
    """
    eservice = version_of(form.eservice, form.definition, submission.at)
    if eservice is None:
        raise Invalid(violation("eservice", "unknown_eservice"))
    sent, attachments = await accepted(submission, eservice, form)
    await submission.request.app.state.definitions.keep(submission, eservice)
    survey = await require_round(submission, eservice.id, sent.answers)
    keep = await_signature if sent.awaits_signature else receive_now
    receipt = await keep(submission, sent, attachments)
    enter_answer(submission, survey, sent.answers, receipt.id)
    return receipt


@router.get(
    "/my/cases",
    response_model=Page[OwnCase],
    operation_id="list_my_cases",
    responses=refusals(SignInFirst, SignInWeak, SignInClosed),
    openapi_extra=SIGNED_IN,
)
async def list_my_cases(
    resident: SignedIn, wanted: Annotated[Paging, Query()], reading: Reading, request: Request, language: Caller
) -> Page[OwnCase]:
    """What one has sent in signed in with an e-identification. The newest first."""
    number_hash = request.app.state.seal.hash_of(resident.number)
    mine = select(CasePerson.case_id).where(col(CasePerson.number_hash) == number_hash, col(CasePerson.signed_in))
    query = select(Case).where(col(Case.id).in_(mine))
    order = (col(Case.received_at).desc(), col(Case.id).desc())
    found = await page_of(reading, query, wanted, order, lambda case: case)
    await know(reading, found.items)
    return Page(items=[_own(case, language) for case in found.items], next=found.next)


@router.get(
    "/applications/{reference}",
    response_model=ApplicationStatus,
    operation_id="show_application_status",
    responses=refusals(*OPENING),
    openapi_extra=MAY_SIGN_IN,
)
async def show_status(
    reference: str, request: Request, language: Caller, at: Now, applicant: ByApplicant
) -> ApplicationStatus:
    """How an application is doing. With the secret on its receipt, or signed in as who sent it in.

    Reading it marks what staff have written as read, and that the case has ended as known.
    """
    database = database_of(request)
    async with database.reading() as reading:
        case = await find_case(reading, reference)
        if case is None or not await applicant.owns(reading, case):
            return await _of_signature(reading, reference, applicant.secret, case, language)
        progress = await progress_of(reading, case, language, request.app.state.settings)
        notices = await notices_in(reading, case, language)
    if any(message.read_at is None and not message.by_applicant for message in progress.messages):
        async with database.transaction() as tx:
            await mark_read(tx, case, at)
    if case.ended_at and not case.is_end_read:
        async with database.transaction() as tx:
            await mark_end_read(tx, case, at)
    return ApplicationStatus(**dict(_brief(case)), progress=progress, register_notices=notices)


async def _of_signature(
    session: Session, reference: str, secret: str, case: Case | None, language: Language
) -> ApplicationStatus:
    """What whoever filled in for somebody else is told. Raises UnknownApplication."""
    found = await session.exec(select(Signature).where(col(Signature.reference) == as_reference(reference)))
    signature = found.first()
    if signature is None or not signature.opens_with(secret):
        raise UnknownApplication
    await know(session, [signature])
    checks = [Check.of(one) for one in signature.checks]
    notices = notices_of(catalogue().sent_with(signature), signature.answers, checks, language)
    return ApplicationStatus.of_signature(signature, case, notices)


def _own(case: Case, language: Language) -> OwnCase:
    return OwnCase(
        **dict(_brief(case)),
        diary_number=case.diary,
        title=catalogue().sent_with(case).text.in_language(language),
        status_text=IN_WORDS[outward(case)].in_language(language),
    )


def _brief(case: Case) -> ApplicationBrief:
    known = case.model_dump(include=set(ApplicationBrief.model_fields))
    return ApplicationBrief(**{**known, "status": outward(case)})
