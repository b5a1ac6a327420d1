"""What staff decide about a case."""

from typing import Any

from eservice_intake.cases.handling import HANDLING, READING, CaseRead, Handling, PendingStep, facts
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import Step, WrongState
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions.chain import AppealWaits, Chain, chain_of, follow_change
from eservice_intake.decisions.delegation import BeyondDelegation, decisions
from eservice_intake.decisions.forms import (
    ChangeForm,
    DecidingForm,
    DecisionForm,
    DecisionShown,
    DecisionState,
    ReceiptForm,
    RevocationForm,
)
from eservice_intake.decisions.models import (
    AlreadyServed,
    Decision,
    DecisionContent,
    FourEyes,
    NoDecision,
    NothingProposed,
    Service,
)
from eservice_intake.decisions.presentation import shown, state
from shared.clock import day_in_sweden
from shared.errors import Invalid, Text, Violation
from shared.events import DecisionMade, DecisionProposed, DecisionRevoked, DecisionServed, Outcome
from shared.pagination import Page
from web import Caller, Router, Transaction, refusals

router = Router(tags=["Decisions"])


def _step(*errors: Any) -> dict[str, Any]:
    return {"response_model": DecisionState, "responses": refusals(*HANDLING, WrongState, *errors)}


@router.post("/cases/{reference}/proposals", operation_id="propose_decision", **_step())
async def propose(form: DecisionForm, step: Handling) -> DecisionState:
    """Propose a decision. Somebody else, whose delegation reaches it, decides. Proposed again, it takes the place."""
    case, chain = step.case, await chain_of(step.tx, step.case)
    case.take(Step.PROPOSE)
    proposal = chain.written(_content(form))
    proposal.propose(step.by.person.subject, step.by.person.name)
    step.tx.add(proposal)
    event = DecisionProposed(**facts(case), decision_id=proposal.id, outcome=form.outcome)
    await step.done(Step.PROPOSE, event, outcome=form.outcome)
    return state(case, proposal)


@router.post(
    "/cases/{reference}/decisions",
    operation_id="decide_case",
    **_step(BeyondDelegation, FourEyes, NothingProposed),
)
async def decide(form: DecidingForm, step: Handling) -> DecisionState:
    """Decide the case, as proposed or otherwise. The applicant is told that there is a decision."""
    chain = await chain_of(step.tx, step.case)
    decision = chain.written(_content(form.decision)) if form.decision else chain.proposal
    if decision is None:
        raise NothingProposed
    step.case.take(Step.DECIDE)
    event = sent(step, decision, form.service)
    await step.done(Step.DECIDE, event, outcome=decision.outcome, number=decision.number)
    return state(step.case, decision)


@router.post(
    "/cases/{reference}/decision-changes",
    operation_id="change_decision",
    **_step(BeyondDelegation, NoDecision, AppealWaits),
)
async def change(form: ChangeForm, step: Handling) -> DecisionState:
    """Decide anew. The earlier decision stays readable beside the new one, which is served and appealed for itself.

    An appeal that waits to be forwarded is about the new one then; a late one is dismissed first.
    """
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.CHANGE_DECISION)
    earlier, decision = chain.decision_of_the_case, chain.new(_content(form.decision))
    event = sent(step, decision, form.service, replaces=earlier)
    earlier.replace(step.at)
    if step.case.status is Status.APPEALED:
        await follow_change(step.tx, step.case, earlier, decision)
    await step.done(Step.CHANGE_DECISION, event, outcome=decision.outcome, number=decision.number)
    return state(step.case, decision)


@router.post("/cases/{reference}/revocation", operation_id="revoke_decision", **_step(BeyondDelegation, NoDecision))
async def revoke(form: RevocationForm, step: Handling) -> DecisionState:
    """Revoke the decision. It stays readable, and the case is open again. An appeal that waits is settled first."""
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.REVOKE)
    decision = chain.decision_of_the_case
    _item(step, decision.outcome)
    decision.revoke(form.reasons, step.at)
    step.tx.add(decision)
    await step.done(Step.REVOKE, DecisionRevoked(**facts(step.case), decision_id=decision.id), number=decision.number)
    return state(step.case, decision)


@router.post("/cases/{reference}/decision-receipt", operation_id="register_receipt", **_step(NoDecision, AlreadyServed))
async def register_receipt(form: ReceiptForm, step: Handling) -> DecisionState:
    """Register a receipt that came on paper. The time to appeal runs from its day, if it does not run already."""
    step.case.take(Step.SERVE)
    decision = (await chain_of(step.tx, step.case)).latest_in_force
    require_day("served_on", form.served_on, decision, step)
    if decision.served_on is not None:
        raise AlreadyServed
    decision.confirm(form.served_on)
    step.tx.add(decision)
    await step.done(Step.SERVE, served(step.case, decision), served_on=form.served_on.isoformat())
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
    chain: Chain = await chain_of(tx, case)
    return Page(items=[shown(case, decision, language) for decision in chain.decisions], next=None)


def sent(step: PendingStep, decision: Decision, service: Service, replaces: Decision | None = None) -> DecisionMade:
    """Decide it by the person's delegation and begin to serve it. Raises BeyondDelegation and FourEyes."""
    case, person = step.case, step.by.person
    if service is Service.SIMPLIFIED and case.applicant_contact_id is None:
        raise Invalid(_NOBODY_TO_WRITE_TO)
    item = _item(step, decision.outcome)
    appealable = decisions().outcomes[decision.outcome].appealable
    decision.unit = case.unit
    decision.decide(person.subject, person.name, item, appealable, step.at)
    decision.send(service, step.at)
    step.tx.add(decision)
    return DecisionMade(
        **facts(case),
        decision_id=decision.id,
        outcome=decision.outcome,
        appealable=appealable,
        replaces=replaces.id if replaces else None,
        encloses=case.gets_decisions_by_mail,
    )


def served(case: Case, decision: Decision) -> DecisionServed:
    assert decision.served_on is not None
    return DecisionServed(
        **facts(case), decision_id=decision.id, served_on=decision.served_on, appeal_until=decision.appeal_until
    )


def require_day(field: str, day: Any, decision: Decision, step: PendingStep) -> None:
    """Raise Invalid when it is before the decision or after today."""
    assert decision.decided_at is not None
    if not day_in_sweden(decision.decided_at) <= day <= day_in_sweden(step.at):
        raise Invalid(Violation(field, "range", _OUTSIDE))


def _item(step: PendingStep, outcome: Outcome) -> str:
    return decisions().item_for(step.case.eservice, step.case.kind, outcome, step.by.person.roles)


def _content(form: DecisionForm) -> DecisionContent:
    """Raises Invalid when the conditions do not go with the outcome."""
    if bool(form.conditions) is not (form.outcome is Outcome.APPROVED_WITH_CONDITIONS):
        raise Invalid(_CONDITIONS)
    return DecisionContent(**form.model_dump())


_OUTSIDE = Text(
    sv="Ange en dag från den då beslutet fattades till och med i dag.",
    en="Give a day from when the decision was made until today.",
)
_CONDITIONS = Violation(
    "conditions",
    "conditions",
    Text(
        sv="Ange minst ett villkor med utfallet approved_with_conditions, och annars inget.",
        en="Give at least one condition with the outcome approved_with_conditions, and none otherwise.",
    ),
)
_NOBODY_TO_WRITE_TO = Violation(
    "service",
    "no_contact",
    Text(
        sv="Den som skickade in är anonym och kan inte delges förenklat. Ange receipt.",
        en="The sender is anonymous, so there is nobody to send it to. Give receipt.",
    ),
)
