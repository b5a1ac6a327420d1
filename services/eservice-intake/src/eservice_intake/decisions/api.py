"""What staff decide about a case, and how it is served."""

from typing import Any

from eservice_intake.cases.handling import HANDLING, READING, CaseRead, Handling
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.delegation import BeyondDelegation
from eservice_intake.decisions.forms import DecidingForm, DecisionForm, DecisionShown, DecisionState, content_of
from eservice_intake.decisions.models import About, FourEyes, NoDecision, NothingProposed
from eservice_intake.decisions.parties import ConfidentialNotServed, NotInForce, UnknownParty, now_served
from eservice_intake.decisions.presentation import all_shown, state
from eservice_intake.decisions.recipients import AlreadyServed, NotToldOfService
from eservice_intake.decisions.service_forms import ReceiptForm, SendingForm
from eservice_intake.decisions.serving import (
    decide,
    is_told,
    made,
    proposed,
    require_day,
    require_reason,
    require_told,
    send_again,
    serve,
    with_fee,
)
from shared.pagination import Page
from web import Caller, Router, Transaction, refusals

router = Router(tags=["Decisions"])


def _step(*errors: Any) -> dict[str, Any]:
    return {"response_model": DecisionState, "responses": refusals(*HANDLING, WrongState, *errors)}


@router.post("/cases/{reference}/proposals", operation_id="propose_decision", **_step())
async def propose(form: DecisionForm, step: Handling) -> DecisionState:
    """Propose a decision. Somebody else, whose delegation reaches it, decides. Proposed again, it takes the place."""
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.PROPOSE)
    proposal = chain.written(About(), content_of(form))
    await step.done(Step.PROPOSE, proposed(step, proposal), outcome=form.outcome)
    return state(step.case, proposal)


@router.post(
    "/cases/{reference}/decisions",
    operation_id="decide_case",
    **_step(BeyondDelegation, FourEyes, NothingProposed),
)
async def decide_case(form: DecidingForm, step: Handling) -> DecisionState:
    """Decide the case, as proposed or otherwise. The applicant is told that there is a decision."""
    chain = await chain_of(step.tx, step.case)
    decision = chain.written(About(), content_of(form.decision) if form.decision else None)
    await with_fee(step.tx, step.case, decision)
    step.case.take(Step.DECIDE)
    decide(step, chain, decision, form.service)
    event = made(step.case, decision)
    await step.done(Step.DECIDE, event, outcome=decision.outcome, number=decision.number)
    return state(step.case, decision)


@router.post(
    "/cases/{reference}/decision-receipt",
    operation_id="register_receipt",
    **_step(NoDecision, UnknownParty, NotInForce, AlreadyServed),
)
async def register_receipt(form: ReceiptForm, step: Handling) -> DecisionState:
    """Register a receipt on paper, or another way in which somebody was served.

    Their time to appeal runs from that day, if it does not run already.
    """
    case = step.case
    case.take(Step.SERVE)
    decision, party = await now_served(step.tx, case, form.party_id)
    require_day("served_on", form.served_on, decision, step)
    require_reason(form.service, form.reason)
    require_told(case, form.service, of_party=party is not None, is_told=is_told(case, party))
    if (party or decision).served_on is not None:
        raise AlreadyServed
    event = await serve(step.tx, case, decision, party, form.served_on, form.service, form.reason)
    details = form.model_dump(mode="json", exclude={"reason"}, exclude_none=True)
    await step.done(Step.SERVE, event, **details)
    return state(case, decision)


@router.post(
    "/cases/{reference}/simplified-service",
    operation_id="send_decision_again",
    **_step(NoDecision, UnknownParty, NotInForce, AlreadyServed, NotToldOfService, ConfidentialNotServed),
)
async def send(form: SendingForm, step: Handling) -> DecisionState:
    """Mail a decision again, by simplified service, to whoever has not confirmed it.

    It counts as served two weeks from today, and a control message follows on the next working day. The applicant was
    told on the receipt that it may be so, and others in the mail whose link they have opened.
    """
    step.case.take(Step.SEND_AGAIN)
    decision, party = await now_served(step.tx, step.case, form.party_id)
    event = await send_again(step.tx, step.case, decision, party, step.at)
    await step.done(Step.SEND_AGAIN, event, **form.model_dump(mode="json", exclude_none=True))
    return state(step.case, decision)


@router.get(
    "/cases/{reference}/decisions",
    response_model=Page[DecisionShown],
    operation_id="list_decisions",
    responses=refusals(*READING),
)
async def list_decisions(opened: CaseRead, language: Caller, tx: Transaction) -> Page[DecisionShown]:
    """Every decision of a case, what was proposed and what was replaced or revoked too. That it was read is audited."""
    case = await tx.get_one(Case, opened.case_id)
    opened.audit(tx, "read decisions", case)
    return Page(items=await all_shown(tx, await chain_of(tx, case), language), next=None)
