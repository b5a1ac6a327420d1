"""The applications people send in."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from eservice_intake.applications.models import ApplicationForm, ApplicationStatus, Receipt
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.rules import attachment_violations, too_much
from eservice_intake.attachments.uses import known_attachments
from eservice_intake.cases.applicants import Secret, UnknownApplication, case_opened
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import hash_of, new_reference, new_secret
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.messages import violation
from eservice_intake.catalogue.rules import Answers, attachment_ids, judged, with_computed
from shared.contacts import Contact
from shared.errors import Invalid
from shared.events import ApplicationSubmitted, Language
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
    responses=refusals(TooManyMails),
)
async def submit(form: ApplicationForm, submission: Submission) -> Receipt:
    """Send in an application. The receipt has the reference and the secret that show its status."""
    eservice = catalogue().eservices.get(form.eservice)
    if eservice is None:
        raise Invalid(violation("eservice", "unknown_eservice"))
    answers, attachments = await _accepted(submission, eservice, form.answers)
    applicant_id = await _applicant(answers.get(eservice.receipt_to), form, submission)
    secret = new_secret()
    case = submission.insert(
        Case,
        form,
        **told_by(answers, eservice, submission.today),
        reference=new_reference(),
        secret_hash=hash_of(secret),
        received_at=submission.at,
        applicant_contact_id=applicant_id,
        identified=False,
    )
    for question, attachment_id in attachments.items():
        submission.insert(AttachmentUse, attachment_id=attachment_id, case_id=case.id, question=question)
    submission.publish(submitted(case, eservice))
    return Receipt(secret=secret, **vars(case))


def told_by(answers: Answers, eservice: EService, received_on: date) -> dict[str, Any]:
    """What a case has of its answers, and where they lead it."""
    unit = eservice.unit_for(answers)
    return {
        "answers": with_computed(eservice, answers),
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
    "/applications/{reference}",
    response_model=ApplicationStatus,
    operation_id="show_application_status",
    responses=refusals(UnknownApplication),
)
async def show_status(reference: str, reading: Reading, secret: Secret = "") -> Case:
    """How an application is doing. The secret is on its receipt."""
    return await case_opened(reading, reference, secret)


async def _accepted(
    submission: PendingSubmission, eservice: EService, answers: dict[str, Any]
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
