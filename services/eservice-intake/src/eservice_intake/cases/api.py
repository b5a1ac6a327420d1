"""What staff do with a case, step by step."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from eservice_intake.cases.forms import (
    CaseBrief,
    CaseState,
    CompletionForm,
    ExtensionForm,
    MessageForm,
    MoveForm,
    SecrecyForm,
    SupplementForm,
)
from eservice_intake.cases.handling import HANDLING, Handling, Moving, PendingStep, facts
from eservice_intake.cases.models import Case, Message, SameUnit, SupplementRequest
from eservice_intake.cases.states import WrongState, possible
from eservice_intake.cases.steps import Step
from eservice_intake.cases.times import clock_of_case
from eservice_intake.catalogue.eservices import catalogue
from shared.clock import day_in_sweden
from shared.errors import Invalid, Text, Violation
from shared.events import (
    CaseClosed,
    CaseCompleted,
    CaseExtended,
    CaseMessageSent,
    CaseMoved,
    CaseSecrecyChanged,
    SupplementRequested,
)
from web import Router, refusals

router = Router(tags=["Cases"])
OF_A_STEP: dict[str, Any] = {"response_model": CaseState, "responses": refusals(*HANDLING, WrongState)}


def state_of(case: Case) -> CaseState:
    return CaseState(**_known(case, CaseState))


def brief(case: Case, language: str) -> CaseBrief:
    title = catalogue().sent_with(case).text.in_language(language)
    return CaseBrief(**_known(case, CaseBrief), title=title)


def _known(case: Case, model: type[CaseState]) -> dict[str, Any]:
    columns = {name: value for name, value in dict(case).items() if name in model.model_fields}
    return {**columns, "diary_number": case.diary, "steps": possible(case.status)}


@router.post("/cases/{reference}/supplement-requests", operation_id="request_supplement", **OF_A_STEP)
async def request_supplement(form: SupplementForm, step: Handling) -> CaseState:
    """Ask the applicant for what is missing. The statutory clock stands still until it has come."""
    require_later("due_on", form.due_on, day_in_sweden(step.at))
    step.case.request_supplement(form.due_on)
    step.tx.add(SupplementRequest(case_id=step.case.id, wanted=form.wanted, due_on=form.due_on, requested_at=step.at))
    event = SupplementRequested(**facts(step.case), due_on=form.due_on)
    step.case.tell_day(event.event_id)
    return state_of(await step.done(Step.REQUEST_SUPPLEMENT, event, due_on=form.due_on.isoformat()))


@router.post("/cases/{reference}/extension", operation_id="extend_case", **OF_A_STEP)
async def extend(form: ExtensionForm, step: Handling) -> CaseState:
    """Put off what is due, to a later day. The supplement that is waited for, or else the decision."""
    had = step.case.supplement_due_on or step.case.decision_due_on
    require_later("due_on", form.due_on, max(day_in_sweden(step.at), had or date.min))
    step.case.extend(form.due_on)
    await put_off_request(step)
    event = CaseExtended(**facts(step.case), due_on=form.due_on)
    step.case.tell_day(event.event_id)
    return state_of(await step.done(Step.EXTEND, event, due_on=form.due_on.isoformat()))


@router.post("/cases/{reference}/completion", operation_id="complete_case", **OF_A_STEP)
async def complete(form: CompletionForm, step: Handling) -> CaseState:
    """Declare that nothing is missing. The waiting period begins on that day."""
    today = day_in_sweden(step.at)
    on = form.on or today
    if not day_in_sweden(step.case.received_at) <= on <= today:
        raise Invalid(_OUTSIDE)
    counted = step.case.complete(on)
    clock = await clock_of_case(step.tx, step.case)
    event = CaseCompleted(**facts(step.case), earliest_start_on=clock.earliest_start_on)
    return state_of(await step.done(Step.COMPLETE, event, on=counted.isoformat()))


@router.post("/cases/{reference}/closure", operation_id="close_case", **OF_A_STEP)
async def close(step: Handling) -> CaseState:
    """Close a case that needs nothing more."""
    step.case.close(step.at)
    return state_of(await step.done(Step.CLOSE, CaseClosed(**facts(step.case))))


@router.post(
    "/cases/{reference}/move",
    operation_id="move_case",
    response_model=CaseState,
    responses=refusals(*HANDLING, WrongState, SameUnit),
)
async def move(form: MoveForm, step: Moving) -> CaseState:
    """Hand the case over to another unit. A registrator may do so with the cases of every unit."""
    if form.unit not in catalogue().units:
        raise Invalid(_UNKNOWN_UNIT)
    left = step.case.unit
    step.case.move(form.unit)
    event = CaseMoved(**facts(step.case), from_unit=left)
    return state_of(await step.done(Step.MOVE, event, of=left, to=form.unit))


@router.post(
    "/cases/{reference}/secrecy",
    operation_id="change_secrecy",
    response_model=CaseState,
    responses=refusals(*HANDLING),
)
async def change_secrecy(form: SecrecyForm, step: Handling) -> CaseState:
    """Mark the case as confidential, or take the mark away. Only its handler and the head of its unit then open it.

    Links that others were mailed to give an opinion do not show it any longer, also when the mark is taken away.
    """
    step.case.change_secrecy(form.confidential, step.at)
    event = CaseSecrecyChanged(**facts(step.case), confidential=form.confidential)
    return state_of(await step.done(Step.CHANGE_SECRECY, event, confidential=form.confidential))


@router.post(
    "/cases/{reference}/messages",
    operation_id="send_message_to_applicant",
    response_model=CaseState,
    responses=refusals(*HANDLING),
)
async def send_message(form: MessageForm, step: Handling) -> CaseState:
    """Write to the applicant. A mail says that there is a message, never what it says."""
    step.case.take(Step.SEND_MESSAGE)
    message = Message(
        case_id=step.case.id, by_applicant=False, by_name=step.by.person.name, text=form.text, sent_at=step.at
    )
    step.tx.add(message)
    event = CaseMessageSent(**facts(step.case), message_id=message.id, by_applicant=False)
    return state_of(await step.done(Step.SEND_MESSAGE, event))


async def put_off_request(step: PendingStep) -> None:
    """Let the request for a supplement say the day that the case says."""
    if step.case.supplement_due_on is None:
        return
    asked = select(SupplementRequest).where(SupplementRequest.case_id == step.case.id)
    latest = (await step.tx.exec(asked.order_by(col(SupplementRequest.id).desc()).limit(1))).one()
    latest.due_on = step.case.supplement_due_on
    step.tx.add(latest)


def require_later(field: str, day: date, than: date) -> None:
    if day <= than:
        text = Text(sv=f"Ange en dag efter {than}.", en=f"Give a day after {than}.")
        raise Invalid(Violation(field, "after", text))


_OUTSIDE = Violation(
    "on",
    "range",
    Text(
        sv="Ange en dag från den då ärendet kom in till och med i dag.",
        en="Give a day from when the case was received until today.",
    ),
)
_UNKNOWN_UNIT = Violation(
    "unit", "option", Text(sv="Enheten finns inte i katalogen.", en="The unit is not in the catalogue.")
)
