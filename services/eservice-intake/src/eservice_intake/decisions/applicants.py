"""What applicants do with a decision: they open it, confirm that they have it, and appeal."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import Query, Request
from sqlmodel import col

from eservice_intake.cases.applicants import OPENING, Applying, ByApplicant
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.appeal_forms import AppealForm, AppealState
from eservice_intake.decisions.appealing import bring, received
from eservice_intake.decisions.appeals import Appeal, NotAppealable
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.forms import DecisionRead, DecisionReceipt
from eservice_intake.decisions.models import Decision, NoDecision
from eservice_intake.decisions.parties import now_served
from eservice_intake.decisions.presentation import read, receipt
from eservice_intake.decisions.recipients import AlreadyServed
from eservice_intake.decisions.serving import serve
from eservice_intake.identities.residents import MAY_SIGN_IN
from shared.clock import day_in_sweden
from shared.database import Session
from web import Caller, Now, Router, refusals
from web.transaction import database_of

router = Router(tags=["Applications"])
Number = Annotated[int | None, Query(ge=1, le=1000, description="An earlier decision; the latest when left out.")]


@router.get(
    "/applications/{reference}/decision",
    response_model=DecisionRead,
    operation_id="read_decision",
    responses=refusals(*OPENING, NoDecision),
    openapi_extra=MAY_SIGN_IN,
)
async def read_decision(
    reference: str, request: Request, language: Caller, at: Now, applicant: ByApplicant, number: Number = None
) -> DecisionRead:
    """The decision, and how to appeal. Earlier ones are read by their number.

    That it was opened, and when, is kept.
    """
    database = database_of(request)
    async with database.reading() as reading:
        case = await applicant.case(reading, reference)
        decision = (await chain_of(reading, case)).numbered(number)
    if decision.opened_at is None:
        async with database.transaction() as tx:
            await _mark_opened(tx, decision, at)
    return read(case, decision, language)


@router.post(
    "/applications/{reference}/decision/receipt",
    response_model=DecisionReceipt,
    operation_id="confirm_decision",
    responses=refusals(*OPENING, NoDecision, AlreadyServed, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def confirm(step: Applying) -> DecisionReceipt:
    """Confirm that you have the decision. The three weeks to appeal are counted from today."""
    decision, _ = await now_served(step.tx, step.case)
    step.case.take(Step.SERVE)
    await step.done(Step.SERVE, await serve(step.tx, step.case, decision, None, day_in_sweden(step.at)))
    return receipt(step.case, decision)


@router.post(
    "/applications/{reference}/appeals",
    response_model=AppealState,
    operation_id="appeal_decision",
    responses=refusals(*OPENING, NoDecision, NotAppealable, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def appeal(form: AppealForm, step: Applying) -> AppealState:
    """Appeal against the decision. It counts as having arrived today; the answer says whether that is in time."""
    decision, _ = await now_served(step.tx, step.case)
    made = Appeal.against(decision, form.text, day_in_sweden(step.at), step.at, by_applicant=True)
    await bring(step.tx, step.case, made, decision, step.at)
    await step.done(Step.APPEAL, received(step.case, made))
    return AppealState.of(made, step.case.status)


async def _mark_opened(tx: Session, decision: Decision, at: datetime) -> None:
    """The first time counts."""
    unopened = sa.update(Decision).where(col(Decision.id) == decision.id, col(Decision.opened_at).is_(None))
    await (await tx.connection()).execute(unopened.values(opened_at=at))
