"""The catalogue of e-services, and the applications people send in."""

from collections.abc import Collection
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request
from sqlmodel import col, select

from eservice_intake.attachments import attachment_violations, known_attachments
from eservice_intake.catalogue import EService, UnknownEService, catalogue
from eservice_intake.file_types import ACCEPT
from eservice_intake.messages import violation
from eservice_intake.models import (
    Application,
    ApplicationForm,
    ApplicationStatus,
    AttachmentUse,
    Receipt,
    UnknownApplication,
    as_reference,
    hash_of,
    new_reference,
    new_secret,
)
from eservice_intake.presentation import EServiceBrief, EServiceShown, Presenter
from eservice_intake.rules import Answers, attachment_ids, judged, with_computed
from eservice_intake.schema import Reader, schema_of
from shared.contacts import Contact
from shared.errors import Invalid
from shared.events import ApplicationSubmitted, Language
from shared.pagination import Page
from web import Caller, NewRow, Reading, Router, Submission, TooManyMails, refusals
from web.submissions import PendingSubmission

LARGEST_APPLICATION = 1024 * 1024
OF_ESERVICES: list[str | Enum] = ["E-services"]

router = Router()


@router.get("/eservices", response_model=Page[EServiceBrief], operation_id="list_eservices", tags=OF_ESERVICES)
async def list_eservices(language: Caller) -> Page[EServiceBrief]:
    """Every e-service. They are one page, by title."""
    return Page(items=Presenter(catalogue(), language).listed(), next=None)


@router.get(
    "/eservices/{eservice_id}",
    response_model=EServiceShown,
    response_model_exclude_none=True,
    operation_id="show_eservice",
    tags=OF_ESERVICES,
    responses=refusals(UnknownEService),
)
async def show_eservice(eservice_id: str, language: Caller) -> EServiceShown:
    """An e-service. What it is about, what it costs, how long it takes, and what it asks."""
    return Presenter(catalogue(), language).shown(catalogue().find(eservice_id))


@router.get(
    "/eservices/{eservice_id}/schema",
    response_model=dict[str, Any],
    operation_id="show_eservice_schema",
    tags=OF_ESERVICES,
    responses=refusals(UnknownEService),
)
async def show_schema(eservice_id: str, language: Caller, request: Request) -> dict[str, Any]:
    """An e-service's answers as JSON Schema. Draft 2020-12; a form can be rendered from it and checked against it."""
    reader = Reader(language, ACCEPT, request.app.state.settings.max_attachment_bytes)
    return schema_of(catalogue(), catalogue().find(eservice_id), reader)


@router.post(
    "/applications",
    max_body_size=LARGEST_APPLICATION,
    status_code=201,
    response_model=Receipt,
    operation_id="submit_application",
    tags=["Applications"],
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
    application = submission.insert(
        Application,
        form,
        answers=with_computed(eservice, answers),
        reference=new_reference(),
        secret_hash=hash_of(secret),
        kind=eservice.kind_for(answers),
        unit=eservice.unit_for(answers),
        applicant_contact_id=applicant_id,
        identified=False,
    )
    for attachment_id in attachments:
        submission.insert(AttachmentUse, attachment_id=attachment_id, application_id=application.id)
    submission.publish(submitted(application, eservice))
    return Receipt(secret=secret, **vars(application))


def submitted(application: NewRow, eservice: EService) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=application.id,
        reference=application.reference,
        eservice=eservice.id,
        title={Language.SWEDISH: eservice.sv, Language.ENGLISH: eservice.en},
        kind=application.kind,
        unit=application.unit,
        urgent=eservice.urgent,
        language=application.language,
        applicant_contact_id=application.applicant_contact_id,
        identified=application.identified,
    )


@router.get(
    "/applications/{reference}",
    response_model=ApplicationStatus,
    operation_id="show_application_status",
    tags=["Applications"],
    responses=refusals(UnknownApplication),
)
async def show_status(
    reference: str,
    reading: Reading,
    secret: Annotated[str, Header(alias="X-Application-Secret", description="The secret on the receipt.")] = "",
) -> Application:
    """How an application is doing. The secret is on its receipt."""
    found = await reading.exec(select(Application).where(col(Application.reference) == as_reference(reference)))
    application = found.first()
    if application is None or not application.opens_with(secret):
        raise UnknownApplication
    return application


async def _accepted(
    submission: PendingSubmission, eservice: EService, answers: dict[str, Any]
) -> tuple[Answers, Collection[UUID]]:
    """The answers as they are kept, and the attachments they have. Raises Invalid with everything wrong with them."""
    kept, violations = judged(eservice, answers, submission.at)
    wrong = {violation.field for violation in violations}
    wanted = {path: id_ for path, id_ in attachment_ids(eservice, answers).items() if not _within(path, wrong)}
    if wanted:
        async with submission.reading() as session:
            violations += attachment_violations(wanted, await known_attachments(session, wanted.values()))
    if violations:
        raise Invalid(*violations)
    return kept, wanted.values()


def _within(path: str, others: set[str]) -> bool:
    return path in others or path.rpartition(".")[0] in others


async def _applicant(email: object, form: ApplicationForm, submission: PendingSubmission) -> UUID | None:
    """The contact that the receipt goes to, or None when the sender is anonymous."""
    if email is None:
        return None
    await submission.recipients.count(str(email))
    contact_id: UUID = submission.insert(Contact, email=email, language=form.language).id
    return contact_id
