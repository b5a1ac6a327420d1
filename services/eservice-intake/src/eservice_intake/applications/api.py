"""The applications people send in."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from sqlmodel import col, select

from eservice_intake.applications.models import ApplicationForm, ApplicationStatus, Receipt
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.rules import attachment_violations, too_much
from eservice_intake.attachments.uses import known_attachments
from eservice_intake.cases.applicants import Secret, UnknownApplication, case_opened
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import hash_of, new_reference, new_secret
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.messages import violation
from eservice_intake.catalogue.rules import Answers, attachment_ids, judged, protected, with_computed
from eservice_intake.identities.models import CasePerson, SignInClosed, SignInFirst, SignInWeak
from eservice_intake.identities.numbers import Seal
from eservice_intake.identities.residents import MAY_SIGN_IN, SIGNED_IN, Resident, SignedIn, residents_of
from eservice_intake.identities.rules import case_people, people_in, with_identity
from shared.contacts import Contact
from shared.errors import Invalid
from shared.events import ApplicationSubmitted, Language
from shared.pagination import Page, Paging, page_of
from web import NewRow, Reading, Router, Submission, TooManyMails, refusals
from web.submissions import PendingSubmission

LARGEST_APPLICATION = 1024 * 1024

router = Router(tags=["Applications"])


@router.post(
    "/applications",
    max_body_size=LARGEST_APPLICATION,
    status_code=201,
    response_model=Receipt,
    operation_id="submit_application",
    responses=refusals(TooManyMails, SignInFirst, SignInWeak, SignInClosed),
    openapi_extra=MAY_SIGN_IN,
)
async def submit(form: ApplicationForm, submission: Submission) -> Receipt:
    """Send in an application. The receipt has the reference and the secret that show its status.

    Where the e-service's `login` is `eid`, the token of who has signed in with an e-identification comes with it.
    """
    eservice = catalogue().eservices.get(form.eservice)
    if eservice is None:
        raise Invalid(violation("eservice", "unknown_eservice"))
    sender = await _sender(submission, eservice, form.answers)
    answers, attachments = await _accepted(submission, eservice, with_identity(eservice, form.answers, sender))
    applicant_id = await _applicant(answers.get(eservice.receipt_to), form, submission)
    secret = new_secret()
    case = submission.insert(
        Case,
        form,
        **told_by(answers, eservice, submission.today, submission.request.app.state.seal),
        reference=new_reference(),
        secret_hash=hash_of(secret),
        received_at=submission.at,
        applicant_contact_id=applicant_id,
        identified=sender is not None,
    )
    for question, attachment_id in attachments.items():
        submission.insert(AttachmentUse, attachment_id=attachment_id, case_id=case.id, question=question)
    _keep_people(submission, case, people_in(eservice, answers, sender, submission.today), sender)
    submission.publish(submitted(case, eservice))
    return Receipt(secret=secret, **vars(case))


def told_by(answers: Answers, eservice: EService, received_on: date, seal: Seal) -> dict[str, Any]:
    """What a case has of its answers, and where they lead it."""
    unit = eservice.unit_for(answers)
    return {
        "answers": seal.of_answers(eservice.form, with_computed(eservice, answers)),
        "kind": eservice.kind_for(answers),
        "unit": unit,
        "sender": eservice.sender_of(answers),
        "diary_series": Case.series_of(catalogue().units[unit].diary, received_on),
    }


def submitted(case: NewRow, eservice: EService) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=case.id,
        reference=case.reference,
        eservice=eservice.id,
        title={Language.SWEDISH: eservice.sv, Language.ENGLISH: eservice.en},
        kind=case.kind,
        unit=case.unit,
        urgent=eservice.urgent,
        language=case.language,
        applicant_contact_id=case.applicant_contact_id,
        identified=case.identified,
    )


@router.get(
    "/my/cases",
    response_model=Page[ApplicationStatus],
    operation_id="list_my_cases",
    responses=refusals(SignInFirst, SignInWeak, SignInClosed),
    openapi_extra=SIGNED_IN,
)
async def list_my_cases(
    resident: SignedIn, wanted: Annotated[Paging, Query()], reading: Reading, request: Request
) -> Page[ApplicationStatus]:
    """What one has sent in signed in with an e-identification. The newest first."""
    number_hash = request.app.state.seal.hash_of(resident.number)
    mine = select(CasePerson.case_id).where(col(CasePerson.number_hash) == number_hash, col(CasePerson.signed_in))
    query = select(Case).where(col(Case.id).in_(mine))
    order = (col(Case.received_at).desc(), col(Case.id).desc())
    return await page_of(reading, query, wanted, order, _status)


@router.get(
    "/applications/{reference}",
    response_model=ApplicationStatus,
    operation_id="show_application_status",
    responses=refusals(UnknownApplication),
)
async def show_status(reference: str, reading: Reading, secret: Secret = "") -> Case:
    """How an application is doing. The secret is on its receipt."""
    return await case_opened(reading, reference, secret)


def _keep_people(submission: PendingSubmission, case: NewRow, numbers: set[str], sender: Resident | None) -> None:
    for person in case_people(case.id, numbers, sender, submission.request.app.state.seal):
        submission.insert(CasePerson, person)


def _status(case: Case) -> ApplicationStatus:
    return ApplicationStatus.model_validate(case, from_attributes=True)


async def _sender(submission: PendingSubmission, eservice: EService, answers: Answers) -> Resident | None:
    """Who sends in, if they have signed in. Raises Invalid for somebody who should phone instead."""
    if refused := protected(eservice, answers):
        raise Invalid(*refused)
    return await residents_of(submission.request).sender(submission.request, eservice, submission.at)


async def _accepted(
    submission: PendingSubmission, eservice: EService, answers: Answers
) -> tuple[Answers, Mapping[str, UUID]]:
    """The answers as they are kept, and the attachments they have. Raises Invalid with everything wrong with them."""
    kept, violations = judged(eservice, answers, submission.at)
    wrong = {violation.field for violation in violations}
    wanted = {path: id_ for path, id_ in attachment_ids(eservice, answers).items() if not _within(path, wrong)}
    if wanted:
        async with submission.reading() as session:
            known = await known_attachments(session, wanted.values())
        settings = submission.request.app.state.settings
        violations += attachment_violations(wanted, known) or too_much(wanted, known, settings)
    if violations:
        raise Invalid(*violations)
    return kept, wanted


def _within(path: str, others: set[str]) -> bool:
    return path in others or path.rpartition(".")[0] in others


async def _applicant(email: object, form: ApplicationForm, submission: PendingSubmission) -> UUID | None:
    """The contact that the receipt goes to, or None when the sender is anonymous."""
    if email is None:
        return None
    await submission.recipients.count(str(email))
    contact_id: UUID = submission.insert(Contact, email=email, language=form.language).id
    return contact_id
