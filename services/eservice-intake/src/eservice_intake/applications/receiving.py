"""What becomes of what is sent in: it is received as a case, or awaits somebody's signature and is received then."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from eservice_intake.applications import newcomers
from eservice_intake.applications.copying import send_copy
from eservice_intake.applications.models import ApplicationForm, Receipt
from eservice_intake.applications.progress import service_notice
from eservice_intake.applications.sent import Sent, sealed
from eservice_intake.applications.signatures import AWAITED, Signature
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.rules import attachment_violations, too_much
from eservice_intake.attachments.uses import known_attachments
from eservice_intake.cases.deadlines import days_at_receipt
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import new_reference
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.rules import attachment_ids, judged, protected, with_computed
from eservice_intake.clock.rules import clock_at_receipt
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Seal
from eservice_intake.identities.residents import residents_of
from eservice_intake.identities.rules import case_people, people_in, with_identity
from eservice_intake.lookups.models import RegisterCheck
from eservice_intake.lookups.registers import Registers
from eservice_intake.lookups.rules import Check
from shared.clock import day_in_sweden
from shared.contacts import Contact
from shared.errors import Invalid
from shared.events import ApplicationSubmitted, SignatureRequested
from shared.mailed_links import hash_of, new_secret
from web import NewRow
from web.submissions import PendingSubmission


async def accepted(
    submission: PendingSubmission, eservice: EService, form: ApplicationForm
) -> tuple[Sent, Mapping[str, UUID]]:
    """What is sent in, and its attachments. Raises Invalid with everything wrong with it."""
    if refused := protected(eservice, form.answers):
        raise Invalid(*refused)
    sender = await residents_of(submission.request).sender(submission.request, eservice, submission.at)
    answers = with_identity(eservice, form.answers, sender)
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
    registers: Registers = submission.request.app.state.registers
    return Sent(eservice, form.language, kept, sender, checks=await registers.checks(eservice, kept)), wanted


async def receive_now(submission: PendingSubmission, sent: Sent, attachments: Mapping[str, UUID]) -> Receipt:
    """Receive it as a case, and its sender as the applicant."""
    secret = new_secret()
    case = receive(
        submission,
        sent,
        reference=new_reference(),
        secret_hash=hash_of(secret),
        applicant_contact_id=await _contact(submission, sent, sent.answers.get(sent.eservice.receipt_to)),
    )
    _use(submission, attachments, case.id)
    notice = service_notice(case.told_of_service, case.language)
    return Receipt(secret=secret, service_notice=notice, register_notices=sent.register_notices, **vars(case))


def receive(submission: PendingSubmission, sent: Sent, **known: Any) -> NewRow:
    """The case that it becomes, about which the others are told."""
    seal: Seal = submission.request.app.state.seal
    told = told_by(sent, submission.today, seal)
    case = submission.insert(
        Case,
        eservice=sent.eservice.id,
        definition=sent.eservice.version,
        language=sent.language,
        **told,
        told_of_service=_tells_of_service(sent.eservice, told, known),
        received_at=submission.at,
        identified=sent.sender is not None,
        **known,
    )
    who = sent.sender or sent.filled_in_by
    numbers = people_in(sent.eservice, sent.answers, who, submission.today)
    for person in case_people(case.id, numbers, who, seal, for_another=sent.sender is None):
        submission.insert(CasePerson, person)
    _note(submission, sent.checks, case.id)
    submission.publish(submitted(case, sent.eservice))
    newcomers.tell(submission, case, sent.answers)
    county_board: str | None = submission.request.app.state.settings.county_board_email
    if sent.eservice.copied_to_county_board and county_board:
        send_copy(submission, case, county_board)
    return case


def _note(submission: PendingSubmission, checks: Sequence[Check], case_id: UUID) -> None:
    """What registers say, for staff to read."""
    for check in checks:
        submission.insert(RegisterCheck, **check.kept(), case_id=case_id, checked_at=submission.at)


def _tells_of_service(eservice: EService, told: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether the receipt tells of simplified service: it goes to somebody who waits for a decision."""
    return bool(known["applicant_contact_id"] and told["decision_due_on"] and eservice.kinds[told["kind"]].decided)


def told_by(sent: Sent, received_on: date, seal: Seal) -> dict[str, Any]:
    """What a case has of its answers, and where they lead it."""
    answers, eservice = sent.answers, sent.eservice
    unit, kind = eservice.unit_for(sent.judged_by), eservice.kind_for(sent.judged_by)
    return {
        "answers": seal.of_answers(eservice.form, with_computed(eservice, answers)),
        "kind": kind,
        "unit": unit,
        "sender": eservice.sender_of(answers),
        "diary_series": Case.series_of(catalogue().units[unit].diary, received_on),
        **days_at_receipt(eservice, kind, answers, received_on),
    }


async def await_signature(submission: PendingSubmission, sent: Sent, attachments: Mapping[str, UUID]) -> Receipt:
    """Keep it until whoever is named in it has signed it, and ask them."""
    seal: Seal = submission.request.app.state.seal
    secret, answers, eservice = new_secret(), sent.answers, sent.eservice
    signature = submission.insert(
        Signature,
        eservice=eservice.id,
        definition=eservice.version,
        language=sent.language,
        answers=seal.of_answers(eservice.form, with_computed(eservice, answers)),
        sender=sent.sender and sealed(sent.sender, seal),
        reference=new_reference(),
        secret_hash=hash_of(secret),
        kind=eservice.kind_for(sent.judged_by),
        unit=eservice.unit_for(sent.judged_by),
        checks=[check.kept() for check in sent.checks],
        sender_contact_id=await _contact(submission, sent, answers.get(eservice.receipt_to)),
        signer_contact_id=await _contact(submission, sent, answers["signer_email"]),
        requested_at=submission.at,
        due_at=submission.at + AWAITED,
    )
    _use(submission, attachments, signature.id)
    submission.publish(signature_requested(signature))
    known = {**vars(signature), "identified": sent.sender is not None, "register_notices": sent.register_notices}
    return Receipt(secret=secret, received_at=None, **known)


def facts(signature: Signature | NewRow) -> dict[str, Any]:
    """What every event about the signature says of it."""
    eservice = catalogue().eservices.get(signature.eservice)
    return {
        "application_id": signature.id,
        "reference": signature.reference,
        "eservice": signature.eservice,
        "title": eservice.in_languages if eservice else {},
        "kind": signature.kind,
        "unit": signature.unit,
        "language": signature.language,
        "sender_contact_id": signature.sender_contact_id,
    }


def signature_requested(signature: Signature | NewRow) -> SignatureRequested:
    assert signature.due_at is not None
    return SignatureRequested(
        request_id=signature.request_id,
        signer_contact_id=signature.signer_contact_id,
        lapses_on=day_in_sweden(signature.due_at),
        **facts(signature),
    )


def submitted(case: NewRow, eservice: EService) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=case.id,
        reference=case.reference,
        eservice=eservice.id,
        title=eservice.in_languages,
        kind=case.kind,
        unit=case.unit,
        urgent=eservice.urgent,
        language=case.language,
        applicant_contact_id=case.applicant_contact_id,
        identified=case.identified,
        encloses=case.identified or case.address_proved,
        due_on=case.decision_due_on,
        earliest_start_on=clock_at_receipt(eservice, case.kind, day_in_sweden(case.received_at)).earliest_start_on,
    )


def _use(submission: PendingSubmission, attachments: Mapping[str, UUID], case_id: UUID) -> None:
    for question, attachment_id in attachments.items():
        submission.insert(AttachmentUse, attachment_id=attachment_id, case_id=case_id, question=question)


def _within(path: str, others: set[str]) -> bool:
    return path in others or path.rpartition(".")[0] in others


async def _contact(submission: PendingSubmission, sent: Sent, email: object) -> UUID | None:
    """Who is written to, or None when the sender is anonymous."""
    if email is None:
        return None
    await submission.recipients.count(str(email))
    contact_id: UUID = submission.insert(Contact, email=email, language=sent.language).id
    return contact_id
