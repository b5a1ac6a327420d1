"""What applicants do on their case: they follow it, send what is missing, write to the handler, and withdraw."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col

from eservice_intake.applications.progress import NOW as IN_WORDS
from eservice_intake.applications.progress import (
    Progress,
    clock_shown,
    decision_in,
    history_of,
    messages_in,
    missing_in,
    outward,
    own_steps,
    service_notice,
    supplements_in,
)
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.rules import attachment_violations, too_much
from eservice_intake.attachments.uses import files_of, known_attachments
from eservice_intake.cases.applicants import OPENING, ApplicantStep, Applying
from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.forms import LONGEST_TEXT, MessageForm
from eservice_intake.cases.handling import facts
from eservice_intake.cases.models import Case, CaseStep, Message, SupplementRequest
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.statuses import OPEN, Status
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.chain import chain_of
from eservice_intake.identities.residents import MAY_SIGN_IN
from eservice_intake.lookups.models import RegisterCheck
from eservice_intake.lookups.rules import Check, notices_of
from eservice_intake.surveys.answering import withdraw_answer
from shared.database import Session
from shared.errors import Conflict, Invalid, TooManyRequests
from shared.events import CaseMessageSent, CaseWithdrawn, Language, SupplementReceived
from shared.fields import Prose
from web import RecipientLimit, Router, refusals

MOST_FILES = 20
MOST_MESSAGES = 500

router = Router(tags=["Applications"])


class TooManyMessages(TooManyRequests):
    """You have written many messages lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Du har skrivit många meddelanden nyligen. Vänta en timme och försök igen."


class NoMoreMessages(Conflict):
    """There are too many messages in the case for one more. Telephone or mail the municipality instead."""

    sv = "Det finns för många meddelanden i ärendet för ett till. Ring eller mejla kommunen i stället."


class AnswerForm(BaseModel):
    """What was missing: in words, in files that were sent ahead, or both."""

    model_config = ConfigDict(extra="forbid")

    text: Prose = Field(max_length=LONGEST_TEXT, examples=["Situationsplanen är bifogad."])
    attachments: list[UUID] = Field([], max_length=MOST_FILES, description="The ids of files that were sent ahead.")


class StepTaken(BaseModel):
    reference: str = Field(examples=["K7MP-2XWB"])
    status: Status


@router.post(
    "/applications/{reference}/supplements",
    response_model=StepTaken,
    operation_id="send_supplement",
    responses=refusals(*OPENING, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def send_supplement(form: AnswerForm, step: Applying, request: Request) -> StepTaken:
    """Send what was missing. The law's time goes on, and the handler is told."""
    step.case.receive_supplement()
    requests = await rows_of(step.tx, SupplementRequest, step.case)
    asked = next(one for one in reversed(requests) if one.answered_at is None)
    wanted = {f"attachments.{number}": id_ for number, id_ in enumerate(form.attachments)}
    await _require_in_order(step, wanted, request.app.state.settings)
    asked.answer, asked.answered_at = form.text, step.at
    for number, id_ in enumerate(form.attachments, 1):
        question = f"supplement{len(requests)}.{number}"
        step.tx.add(AttachmentUse(attachment_id=id_, case_id=step.case.id, question=question))
    await step.done(Step.RECEIVE_SUPPLEMENT, SupplementReceived(**facts(step.case)), files=len(wanted))
    return _taken(step)


@router.post(
    "/applications/{reference}/messages",
    response_model=StepTaken,
    operation_id="send_message_to_handler",
    responses=refusals(*OPENING, TooManyMessages, NoMoreMessages),
    openapi_extra=MAY_SIGN_IN,
)
async def send_message(form: MessageForm, step: Applying, recipients: RecipientLimit) -> StepTaken:
    """Write to the handler of the case."""
    if not await recipients.allows_message(str(step.case.id)):
        raise TooManyMessages
    recipients.confirm()
    count = sa.select(sa.func.count()).where(col(Message.case_id) == step.case.id, col(Message.by_applicant))
    if ((await (await step.tx.connection()).execute(count)).scalar() or 0) >= MOST_MESSAGES:
        raise NoMoreMessages
    step.case.take(Step.SEND_MESSAGE)
    message = Message(case_id=step.case.id, by_applicant=True, text=form.text, sent_at=step.at)
    step.tx.add(message)
    event = CaseMessageSent(**facts(step.case), message_id=message.id, by_applicant=True)
    await step.done(Step.SEND_MESSAGE, event)
    return _taken(step)


@router.post(
    "/applications/{reference}/withdrawal",
    response_model=StepTaken,
    operation_id="withdraw_application",
    responses=refusals(*OPENING, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def withdraw(step: Applying) -> StepTaken:
    """Take the application back, while it is not decided."""
    step.case.withdraw(step.at)
    await withdraw_answer(step.tx, step.case.id)
    await step.done(Step.WITHDRAW, CaseWithdrawn(**facts(step.case)))
    return _taken(step)


async def progress_of(session: Session, case: Case, language: Language, settings: Any) -> Progress:
    eservice = catalogue().sent_with(case)
    requests = await rows_of(session, SupplementRequest, case)
    files = [used.shown(settings) for used in await files_of(session, case.id)]
    names = {str(file.id): file.filename for file in files}
    return Progress(
        diary_number=case.diary,
        title=eservice.text.in_language(language),
        status_text=IN_WORDS[outward(case)].in_language(language),
        history=list(history_of(case, await rows_of(session, CaseStep, case), language)),
        service_notice=service_notice(case.told_of_service, language),
        answers=read_answers(eservice, case.answers, language, names),
        clock=clock_shown(case, requests),
        missing=missing_in(case, requests),
        supplements=supplements_in(requests),
        messages=messages_in(await rows_of(session, Message, case)),
        attachments=files,
        decision=decision_in((await chain_of(session, case)).taken),
        can=own_steps(case),
        feedback_wanted=case.status not in OPEN and not case.has_feedback,
    )


async def notices_in(session: Session, case: Case, language: Language) -> list[str]:
    """What a register made of it when it came in."""
    checks = [Check(one.field, one.verdict, one.told) for one in await rows_of(session, RegisterCheck, case)]
    return notices_of(catalogue().sent_with(case), case.answers, checks, language)


async def mark_read(tx: Session, case: Case, at: Any) -> None:
    """The applicant has read what staff have written."""
    unread = sa.update(Message).where(
        col(Message.case_id) == case.id, ~col(Message.by_applicant), col(Message.read_at).is_(None)
    )
    await (await tx.connection()).execute(unread.values(read_at=at))


async def mark_end_read(tx: Session, case: Case, at: Any) -> None:
    """The applicant knows that the case has ended."""
    read = sa.update(Case).where(col(Case.id) == case.id).values(end_read_at=at)
    await (await tx.connection()).execute(read)


async def _require_in_order(step: ApplicantStep, wanted: Mapping[str, UUID], settings: Any) -> None:
    """Raise Invalid when a file cannot be used, or the case would have too many of them."""
    of_case = {used.use.question: used.attachment.id for used in await files_of(step.tx, step.case.id)}
    known = await known_attachments(step.tx, [*of_case.values(), *wanted.values()])
    if violations := attachment_violations(wanted, known) or too_much({**of_case, **wanted}, known, settings):
        raise Invalid(*violations)


def _taken(step: ApplicantStep) -> StepTaken:
    return StepTaken(reference=step.case.reference, status=outward(step.case))
